using System.Globalization;
using SmartQueue.Estimates;
using SmartQueue.Replay.Evaluate;
using Spectre.Console;

namespace SmartQueue.Replay.Cli;

/// <summary>The tables of an evaluation.</summary>
internal static class EstimateTables
{
    public static void Write(IAnsiConsole console, EstimateReport report)
    {
        var scores = report.Scores;
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Estimates, {report.Title}. Seconds. For {scores.Count} promises to people who had to wait."
            )
        );
        foreach (PromiseStage? stage in new PromiseStage?[] { PromiseStage.Joining, PromiseStage.Waiting, null })
        {
            var table = New(
                stage switch
                {
                    PromiseStage.Joining => "on joining",
                    PromiseStage.Waiting => "at half the wait",
                    _ => "both",
                }
            );
            foreach (var method in scores.Methods)
                AddRow(table, method, scores.Of(method, null, stage));
            console.Write(table);
        }

        var queues = New("SmartQueue, both, by queue");
        foreach (var queue in scores.Queues)
            AddRow(queues, queue, scores.Of(EstimateScores.Ours, queue));
        AddRow(queues, "all", scores.Of(EstimateScores.Ours));
        console.Write(queues);
        console.WriteLine(
            "Coverage by hour: "
                + string.Join(
                        " ",
                        scores
                            .ByHour()
                            .Select(h =>
                                string.Create(CultureInfo.InvariantCulture, $"{h.Hour}h {h.Score.Coverage * 100:0}% of {h.Score.Count},")
                            )
                    )
                    .TrimEnd(',')
        );
        foreach (PromiseStage? stage in new PromiseStage?[] { PromiseStage.Joining, PromiseStage.Waiting, null })
        {
            var (ours, best) = (scores.Of(EstimateScores.Ours, null, stage), report.BestBaseline(stage));
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ours.Stage}: error {(1 - ours.MeanAbsoluteError / best.MeanAbsoluteError) * 100:0.0} % below the best baseline ({best.Method}), bias {ours.BiasShare * 100:+0.0;-0.0} % of the mean wait, coverage {ours.Coverage * 100:0.0} %"
                )
            );
            if (report.Oracle is not { } oracle)
                continue;
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ours.Stage}: error {(ours.MeanAbsoluteError / scores.Of(oracle, null, stage).MeanAbsoluteError - 1) * 100:+0.0;-0.0} % against the {oracle}"
                )
            );
        }

        console.WriteLine();
    }

    private static Table New(string first)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (var column in new[] { "n", "wait", "MAE", "median", "bias", "bias %", "within", "cover", "width" })
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }

    private static void AddRow(Table table, string name, EstimateScore score) =>
        table.AddRow(
            Markup.Escape(name),
            Text(score.Count, "0"),
            Text(score.MeanWait, "0.0"),
            Text(score.MeanAbsoluteError, "0.0"),
            Text(score.MedianError, "0.0"),
            Text(score.Bias, "0.0"),
            Text(score.BiasShare * 100, "0.0"),
            Text(score.Within * 100, "0.0"),
            Text(score.Coverage * 100, "0.0"),
            Text(score.Width, "0")
        );

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
