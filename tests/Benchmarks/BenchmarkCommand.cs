using System.Diagnostics;
using System.Globalization;
using SmartQueue.Testing;
using Spectre.Console;
using Xunit.Sdk;

namespace SmartQueue.Benchmarks;

/// <summary><c>./run benchmark</c>.</summary>
internal static class BenchmarkCommand
{
    // A class and a line here for each.
    private static readonly IReadOnlyList<Benchmark> All =
    [
        new("take", "numbers taken a second, and what one costs, against reading a queue", true, TakeBenchmark.RunAsync),
        new("cold", "start, memory, and the first thousand requests; whole: on a million tickets too", true, ColdBenchmark.RunAsync),
        new("flat", "requests on a line of 9,000 against one of 200", true, FlatBenchmark.RunAsync),
        new("disk", "what a taken number adds to the files", true, DiskBenchmark.RunAsync),
        new("push", "from a call to 1,000 screens; whole: beside 9,000 more too", true, PushBenchmark.RunAsync),
        new("bus", "events through RabbitMQ, against the plain client", true, BusBenchmark.RunAsync),
        new("sign-in", "reading a queue beside sign-ins, against without", true, SignInBenchmark.RunAsync),
        new("split", "six processes on RabbitMQ against one; with MongoDB: two and four of some", false, SplitBenchmark.RunAsync),
        new("edge", "requests a second, against bare Kestrel; what the limits cost", false, EdgeBenchmark.RunAsync),
        new("calls", "calls between services a ticket, and its processor, from door to door", false, CallsBenchmark.RunAsync),
        new("graphql", "100 queues with their tickets, against REST; what refused documents cost", false, GraphQlBenchmark.RunAsync),
        new("estimates", "a place and an estimate among 10,000, against a millisecond", false, EstimatesBenchmark.RunAsync),
        new("analytics", "questions over two million tickets, against 300 ms", false, AnalyticsBenchmark.RunAsync),
    ];

    private static readonly string Kept = Path.Combine(SystemProcess.Root, "tests/Benchmarks/kept.json");
    private static readonly string Page = Path.Combine(SystemProcess.Root, "docs/benchmarks.md");

    /// <returns>The exit code: 1 where a benchmark failed or a ratio fell by half, 2 where the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (names, options, json) = (new List<string>(), new HashSet<string>(), (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument is "--help" or "-h")
            {
                Console.WriteLine(Usage());
                return 0;
            }

            if (argument is "--short" or "--readme" or "--keep" or "--check")
                options.Add(argument);
            else if (argument == "--json" && i + 1 < arguments.Count)
                json = arguments[++i];
            else if (All.Any(b => b.Name == argument))
                names.Add(argument);
            else
                return await WrongAsync($"{argument} is no benchmark and no option.\n\n{Usage()}");
        }

        var isShort = options.Contains("--short");
        if (!isShort && (options.Contains("--keep") || options.Contains("--check")))
            return await WrongAsync("Kept ratios are those of the short form: add --short.");
        var kept = await KeptRatios.ReadAsync(Kept);
        var chosen = All.Where(b =>
                names.Count > 0 ? names.Contains(b.Name)
                : options.Contains("--check") ? kept.Keys.Any(b.Has)
                : !isShort || b.IsInShort
            )
            .ToList();

        var watch = Stopwatch.StartNew();
        var run = new Run(isShort);
        var failures = await MeasureAsync(chosen, run);
        RowTable.Write(run);
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"Measured in {watch.Elapsed.TotalSeconds:0} s."));
        if (json is not null)
            await File.WriteAllTextAsync(json, RunDocument.Json(run, DateTimeOffset.UtcNow));
        if (options.Contains("--readme") && failures.Count == 0)
            await RunDocument.WritePageAsync(Page, run, DateTimeOffset.UtcNow);
        if (options.Contains("--keep") && failures.Count == 0)
            await KeptRatios.WriteAsync(Kept, run.Rows);
        if (options.Contains("--check"))
            return await CheckAsync(run, failures, kept) ? 0 : 1;
        foreach (var failure in failures.Values)
            await Console.Error.WriteLineAsync(failure);
        return failures.Count == 0 ? 0 : 1;
    }

    /// <returns>What failed, and why.</returns>
    private static async Task<Dictionary<string, string>> MeasureAsync(IReadOnlyList<Benchmark> benchmarks, Run run)
    {
        var failures = new Dictionary<string, string>();
        foreach (var benchmark in benchmarks)
        {
            var watch = Stopwatch.StartNew();
            await Console.Error.WriteAsync($"{benchmark.Name} ... ");
            try
            {
                await benchmark.RunAsync(run).WaitAsync(run.Of(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(2)));
            }
            // As tests skip what needs a server that is not here.
            catch (SkipException e)
            {
                run.Note($"{benchmark.Name}: {e.Message[(e.Message.LastIndexOf('$') + 1)..]}");
            }
#pragma warning disable CA1031 // The others are measured all the same; it is told at the end, and the exit code says so.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures[benchmark.Name] = $"{benchmark.Name} failed: {e}";
            }

            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{watch.Elapsed.TotalSeconds:0} s"));
        }

        return failures;
    }

    // What is worse by half is measured once more by itself: a machine is not equally fast at all times.
    private static async Task<bool> CheckAsync(Run run, Dictionary<string, string> failures, IReadOnlyDictionary<string, double> kept)
    {
        var suspects = All.Where(b => failures.ContainsKey(b.Name) || Fallen(run).Any(r => b.Has(r.Id))).ToList();
        if (suspects.Count == 0)
            return true;
        await Console.Error.WriteLineAsync("Once more:");
        var again = new Run(run.IsShort);
        failures = await MeasureAsync(suspects, again);
        RowTable.Write(again);
        foreach (var row in Fallen(again))
            failures[row.Id] = string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Id} has become worse by half: {row.Ratio:0.###}, where {kept[row.Id]:0.###} is kept."
            );
        foreach (var failure in failures.Values)
            await Console.Error.WriteLineAsync(failure);
        return failures.Count == 0;

        List<Row> Fallen(Run of) => [.. of.Rows.Where(r => kept.TryGetValue(r.Id, out var before) && r.IsHalfOf(before))];
    }

    private static async Task<int> WrongAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 2;
    }

    private static string Usage() =>
        "./run benchmark [NAME ...]   measures all, or some of:\n"
        + string.Concat(All.Select(b => $"  {b.Name, -26} {b.About}{(b.IsInShort ? "" : " (not in the short form)")}\n"))
        + """
              --short                    smaller loads, 90 s for all on a quiet machine; for a look, and for CI
              --json FILE                writes the rows, and what they were measured on, to a file too
              --readme                   writes the table into docs/benchmarks.md
              --short --check            those that have a ratio in tests/Benchmarks/kept.json; fails where one has fallen by half, twice in a row
              --short --keep             keeps the ratios of this run there
            """;

    /// <param name="Name">What people call it by.</param>
    /// <param name="About">What it measures.</param>
    /// <param name="IsInShort">Whether the short form of all has it.</param>
    /// <param name="RunAsync">Measures, and adds the rows.</param>
    private sealed record Benchmark(string Name, string About, bool IsInShort, Func<Run, Task> RunAsync)
    {
        public bool Has(string row) => row.StartsWith(Name + ".", StringComparison.Ordinal);
    }
}
