using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SmartQueue.Estimates;
using SmartQueue.Replay.Evaluate;

namespace SmartQueue.Replay.Cli;

/// <summary>An evaluation as JSON and as a plot.</summary>
internal static class EstimateFiles
{
    private const int Row = 22;
    private const int Left = 290;
    private const int Telling = 20;
    private const int Bar = 380;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes both; returns where.</summary>
    /// <exception cref="UsageException">The folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        string folder,
        IReadOnlyList<EstimateReport> reports,
        CancellationToken cancellationToken
    )
    {
        var (json, svg) = (Path.Combine(folder, "estimates.json"), Path.Combine(folder, "estimates.svg"));
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(reports.Select(Content), Json), cancellationToken);
            await File.WriteAllTextAsync(svg, Plot(reports), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{folder} cannot be written: {e.Message}");
        }

        return [json, svg];
    }

    private static object Content(EstimateReport report)
    {
        var scores = report.Scores;
        PromiseStage?[] stages = [PromiseStage.Joining, PromiseStage.Waiting, null];
        return new
        {
            report.Title,
            BestBaseline = report.BestBaseline().Method,
            ErrorBelowBest = 1 - scores.Of(EstimateScores.Ours).MeanAbsoluteError / report.BestBaseline().MeanAbsoluteError,
            Overall = from method in scores.Methods
            from stage in stages
            select scores.Of(method, null, stage),
            Queues = from method in scores.Methods
            from queue in scores.Queues
            from stage in stages
            select scores.Of(method, queue, stage),
            Hours = scores
                .ByHour()
                .Select(h => new
                {
                    h.Hour,
                    h.Score.Count,
                    h.Score.Coverage,
                    h.Score.MeanAbsoluteError,
                }),
        };
    }

    // Two panels a report: the error of each method, and the coverage of ours in each hour with the band it should stay in.
    private static string Plot(IReadOnlyList<EstimateReport> reports)
    {
        var body = new StringBuilder();
        var y = 0;
        foreach (var report in reports)
        {
            var methods = report.Scores.Methods.Select(m => report.Scores.Of(m)).ToList();
            var most = methods.Max(m => m.MeanAbsoluteError);
            Text(body, 10, y += 30, $"Mean absolute error in seconds, {report.Title}", "bold");
            foreach (var score in methods)
            {
                y += Row;
                Text(body, 10, y, score.Method);
                var width = score.MeanAbsoluteError / most * Bar;
                var colour = score.Method == EstimateScores.Ours ? "#0a6" : "#888";
                body.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{Left}\" y=\"{y - 13}\" width=\"{width:0.0}\" height=\"16\" fill=\"{colour}\"/>\n"
                );
                Text(body, (int)(Left + width + 6), y, score.MeanAbsoluteError.ToString("0.0", CultureInfo.InvariantCulture));
            }

            Text(body, 10, y += 40, "How often the range held, by hour; the band is 75 to 85 %, pale is under 20 promises", "bold");
            var (top, height) = (y + 12, 110);
            body.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"40\" y=\"{top + height * 0.15:0.0}\" width=\"600\" height=\"{height * 0.1:0.0}\" fill=\"#cec\"/>\n"
            );
            foreach (var (hour, score) in report.Scores.ByHour())
            {
                var tall = score.Coverage * height;
                var opacity = score.Count < Telling ? 0.2 : 0.7;
                body.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{40 + hour * 25}\" y=\"{top + height - tall:0.0}\" width=\"18\" height=\"{tall:0.0}\" fill=\"#0a6\" opacity=\"{opacity}\"/>\n"
                );
                Text(body, 42 + hour * 25, top + height + 15, hour.ToString(CultureInfo.InvariantCulture));
            }

            y = top + height + 30;
        }

        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="720" height="{(y + 20).ToString(
                CultureInfo.InvariantCulture
            )}" font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="white"/>
            {body}</svg>
            """;
    }

    private static void Text(StringBuilder body, int x, int y, string text, string weight = "normal") =>
        body.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x}\" y=\"{y}\" font-weight=\"{weight}\">{WebUtility.HtmlEncode(text)}</text>\n"
        );
}
