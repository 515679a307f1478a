using System.Globalization;
using SmartQueue.Estimates;
using SmartQueue.Replay.Days;
using SmartQueue.Replay.Evaluate;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Cli;

/// <summary><c>smartqueue evaluate-estimates</c>: what wait estimates are worth, measured on days that happened.</summary>
public static class EvaluateCommand
{
    private const double UnknownService = 180;

    /// <summary>Plays days through the estimator, prints how far its promises were off, and writes the figures to files.</summary>
    /// <param name="args">See <c>--help</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0, or 2 for wrong arguments.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        RunAsync(args, CommandEnvironment.Process(), cancellationToken);

    internal static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        CommandEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        if (args is ["--help" or "-h", ..])
        {
            await environment.Output.WriteLineAsync(EvaluateArguments.Help);
            return 0;
        }

        try
        {
            var arguments = EvaluateArguments.Read(args, environment.Variable);
            var console = environment.CreateConsole();
            var reports = new List<EstimateReport>();
            if (arguments.Files.Count > 0)
            {
                var rows = new List<DayRow>();
                foreach (var file in arguments.Files)
                    rows.AddRange(await DayCsv.ReadFileAsync(file, cancellationToken));
                // Places in line go by arrival, whatever the order of files and rows.
                reports.Add(Recorded(arguments, [.. rows.OrderBy(r => r.Arrival)], cancellationToken));
            }

            if (arguments.SimulatedDays > 0)
                reports.AddRange(Simulated(arguments, cancellationToken));
            foreach (var report in reports)
                EstimateTables.Write(console, report);
            foreach (var path in await EstimateFiles.WriteAsync(arguments.Folder, reports, cancellationToken))
                await environment.Output.WriteLineAsync($"Wrote {path}");
            return 0;
        }
        catch (UsageException e)
        {
            await environment.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static EstimateReport Recorded(EvaluateArguments arguments, IReadOnlyList<DayRow> rows, CancellationToken cancellationToken)
    {
        var days = rows.Select(r => DateOnly.FromDateTime(r.Arrival)).Distinct().Order().ToList();
        if (days.Count <= arguments.WarmUp)
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"There are {days.Count} days, and a warm-up of {arguments.WarmUp} leaves none to score."
                )
            );
        var known = rows.Select(r => r.Queue).ToHashSet();
        foreach (var queue in arguments.Pool)
            if (!known.Contains(queue))
                throw new UsageException($"No row is of queue {queue}.");
        var scoredFrom = days[arguments.WarmUp];
        IEnumerable<IReadOnlyList<string>> lines =
            arguments.Pool.Count > 0 ? [arguments.Pool] : known.Order(StringComparer.Ordinal).Select(q => new[] { q });
        var scores = new EstimateScores();
        foreach (var line in lines)
        {
            var visits = Visits(rows, line);
            var averages = Averages(visits.Where(v => v.InLine && Day(v) < scoredFrom));
            var model = new LineModel(averages.Count == 0 ? UnknownService : averages.Values.Average());
            LineWalk.Run(visits, model, Baseline.All(averages), v => Day(v) >= scoredFrom, scores, [], cancellationToken);
        }

        if (scores.Count == 0)
            throw new UsageException("Nobody had to wait on the days to be scored.");
        return new EstimateReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{scoredFrom:yyyy-MM-dd} to {days[^1]:yyyy-MM-dd}, after {arguments.WarmUp} days of warm-up"
            ),
            scores,
            null
        );
    }

    // The same days twice, beside the same oracle: once the counters are inferred, and once their openings and closings are told.
    private static IEnumerable<EstimateReport> Simulated(EvaluateArguments arguments, CancellationToken cancellationToken)
    {
        var run = new StaffedLine(arguments.Seed, arguments.SimulatedDays + arguments.WarmUp);
        var oracle = new StaffedOracle(run);
        yield return Walked("counters inferred", []);
        yield return Walked("counters told", run.Shifts);

        EstimateReport Walked(string what, IReadOnlyList<CounterShift> shifts)
        {
            var from = StaffedLine.FirstDay.AddDays(arguments.WarmUp);
            var scores = new EstimateScores();
            var averages = new Dictionary<string, double> { [StaffedLine.Queue] = StaffedLine.MeanService };
            LineWalk.Run(
                run.Visits,
                new LineModel(StaffedLine.MeanService),
                [.. Baseline.All(averages), oracle],
                v => Day(v) >= from,
                scores,
                shifts,
                cancellationToken
            );
            return new EstimateReport(
                string.Create(CultureInfo.InvariantCulture, $"made up: {arguments.SimulatedDays} days, seed {arguments.Seed}, {what}"),
                scores,
                StaffedOracle.KnowsStaff
            );
        }
    }

    private static DateOnly Day(LineVisit visit) => DateOnly.FromDateTime(visit.Arrival.DateTime);

    private static Dictionary<string, double> Averages(IEnumerable<LineVisit> visits) =>
        visits
            .Where(v => v.Call is not null && v.End is not null)
            .GroupBy(v => v.Queue)
            .ToDictionary(q => q.Key, q => q.Average(v => (v.End!.Value - v.Call!.Value).TotalSeconds));

    private static List<LineVisit> Visits(IReadOnlyList<DayRow> rows, IReadOnlyList<string> line) =>
        [
            .. rows.Select(
                (r, i) =>
                    new LineVisit(
                        i.ToString(CultureInfo.InvariantCulture),
                        r.Queue,
                        line.Contains(r.Queue),
                        i,
                        Local(r.Arrival),
                        r.Call is { } call ? Local(call) : null,
                        r.End is { } end ? Local(end) : null,
                        r.Server
                    )
            ),
        ];

    // Wall time without a zone: hours of the day come out right, and the days recorded so far have no change of clocks.
    private static DateTimeOffset Local(DateTime time) => new(time, TimeSpan.Zero);
}
