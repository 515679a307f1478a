using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using SmartQueue.Estimates;
using SmartQueue.Replay.Evaluate;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private const string Header = "queue,arrival_iso,call_iso,end_iso,outcome,priority,server\n";

    // One counter, services of 100 s, and one who waits 40 s.
    private const string FirstDay = """
        A,2026-03-02T09:00:00,2026-03-02T09:00:00,2026-03-02T09:01:40,served,0,S1
        A,2026-03-02T09:01:00,2026-03-02T09:01:40,2026-03-02T09:03:20,served,0,S1

        """;

    // One served at once, one who waits 60 s, one who waits 150 s behind them, one who gives up.
    private const string SecondDay = """
        A,2026-03-03T09:00:00,2026-03-03T09:00:00,2026-03-03T09:02:00,served,0,S1
        A,2026-03-03T09:01:00,2026-03-03T09:02:00,2026-03-03T09:04:00,served,0,S1
        A,2026-03-03T09:01:30,2026-03-03T09:04:00,2026-03-03T09:05:00,served,0,S1
        A,2026-03-03T09:01:40,,2026-03-03T09:03:00,abandoned,0,

        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("estimates");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("running median", -20, -110)]
    [InlineData("definition average × ahead", -60, -50)]
    [InlineData("running mean × ahead ÷ open counters", -60, -50)]
    [InlineData("queue-length predictor", 40, 50)]
    [InlineData("last to enter service", -20, -110)]
    [InlineData("head of line", -20, -120)]
    [InlineData("same hour of earlier days", -20, -110)]
    public async Task Each_usual_way_errs_on_joining_as_worked_out_by_hand(string method, double second, double third)
    {
        var report = await ReportAsync(["--warm-up", "1", File("days.csv", FirstDay + SecondDay)]);
        var score = Score(report, method, "joining");
        Assert.Equal(2, score.GetProperty("count").GetInt32());
        Assert.Equal(105, score.GetProperty("meanWait").GetDouble());
        Assert.Equal((Math.Abs(second) + Math.Abs(third)) / 2, score.GetProperty("meanAbsoluteError").GetDouble(), 6);
        Assert.Equal((second + third) / 2, score.GetProperty("bias").GetDouble(), 6);
        Assert.Equal((second + third) / 210, score.GetProperty("biasShare").GetDouble(), 6);
        Assert.Equal(Math.Max(second, third), score.GetProperty("medianError").GetDouble(), 6);
        // Within 30 s, or a fifth of the wait.
        Assert.Equal((Math.Abs(second) <= 30 ? 0.5 : 0) + (Math.Abs(third) <= 30 ? 0.5 : 0), score.GetProperty("within").GetDouble());
    }

    [Fact]
    public async Task Our_own_promises_are_scored_alike_before_anything_is_learned()
    {
        var report = await ReportAsync(["--warm-up", "1", File("days.csv", FirstDay + SecondDay)]);
        // Services of 100 s, one counter that is busy: one and two services to begin, told as 100 s and, by quarters of a minute, 195.
        var joining = Score(report, EstimateScores.Ours, "joining");
        Assert.Equal((40 + 45) / 2.0, joining.GetProperty("meanAbsoluteError").GetDouble());
        var halfway = Score(report, EstimateScores.Ours, "halfway");
        Assert.Equal(52.5, halfway.GetProperty("meanWait").GetDouble());
        Assert.True(joining.GetProperty("width").GetDouble() > halfway.GetProperty("width").GetDouble());
    }

    [Fact]
    public void What_comes_later_changes_no_promise_made_before()
    {
        var visits = new StaffedLine(seed: 7, days: 4).Visits;
        var last = StaffedLine.FirstDay.AddDays(3);
        var days = visits.Select(v => DateOnly.FromDateTime(v.Arrival.DateTime)).Distinct().Count();
        Assert.Equal(4, days);
        // On the last day everybody is served at once, and for long.
        var other = visits.Select(v => Day(v) < last ? v : v with { Call = v.Arrival, End = v.Arrival.AddHours(1) }).ToList();
        var (scores, others) = (Third(visits), Third(other));
        Assert.True(scores.Count > 500);
        Assert.Equal(scores, others);

        static DateOnly Day(LineVisit visit) => DateOnly.FromDateTime(visit.Arrival.DateTime);

        static EstimateScore Third(IReadOnlyList<LineVisit> visits)
        {
            var scores = new EstimateScores();
            LineWalk.Run(
                visits,
                new LineModel(StaffedLine.MeanService),
                [],
                v => Day(v) == StaffedLine.FirstDay.AddDays(2),
                scores,
                [],
                Token
            );
            return scores.Of(EstimateScores.Ours);
        }
    }

    [Fact]
    public async Task Days_are_walked_in_the_order_of_time_whatever_the_order_of_files_and_rows()
    {
        var expected = await ReportAsync(["--warm-up", "1", File("days.csv", FirstDay + SecondDay)]);
        var shuffled = string.Join('\n', SecondDay.Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse()) + "\n";
        Assert.True(
            JsonElement.DeepEquals(
                expected,
                await ReportAsync(["--warm-up", "1", File("second.csv", shuffled), Packed("first.csv.gz", FirstDay)])
            )
        );
    }

    [Fact]
    public async Task Queues_of_a_pool_wait_for_the_same_counters_and_have_a_row_each()
    {
        var file = File(
            "days.csv",
            FirstDay + SecondDay.Replace("A,2026-03-03T09:01:30", "B,2026-03-03T09:01:30", StringComparison.Ordinal)
        );
        var report = await ReportAsync(["--pool", "A,B", "--warm-up", "1", file]);
        // B stands behind A's one: the same line, told apart.
        Assert.Equal([1, 1], Rows(report).Select(r => r.GetProperty("count").GetInt32()));
        Assert.Equal(50, Rows(report)[1].GetProperty("meanAbsoluteError").GetDouble());
        // Each a line of its own: nobody stands before B.
        var apart = await ReportAsync(["--warm-up", "1", file]);
        Assert.NotEqual(50, Rows(apart)[1].GetProperty("meanAbsoluteError").GetDouble());

        static List<JsonElement> Rows(JsonElement report) =>
            [
                .. report
                    .GetProperty("queues")
                    .EnumerateArray()
                    .Where(q =>
                        q.GetProperty("method").GetString() == "queue-length predictor" && q.GetProperty("stage").GetString() == "joining"
                    ),
            ];
    }

    [Fact]
    public async Task It_prints_a_table_and_writes_a_plot_that_is_xml()
    {
        var run = await RunAsync(["--warm-up", "1", File("days.csv", FirstDay + SecondDay)]);
        Assert.Contains("on joining", run.Output, StringComparison.Ordinal);
        Assert.Contains("below the best baseline", run.Output, StringComparison.Ordinal);
        Assert.Equal("svg", XDocument.Load(Path.Combine(folder.FullName, "out", "estimates.svg")).Root!.Name.LocalName);
    }

    [Fact]
    public async Task On_made_up_days_nobody_beats_who_knows_the_staff_and_we_come_near_and_nearer_where_counters_are_told()
    {
        var reports = await ReportsAsync(["--simulate", "4", "--warm-up", "4"]);
        Assert.Equal(
            ["made up: 4 days, seed 1, counters inferred", "made up: 4 days, seed 1, counters told"],
            reports.EnumerateArray().Select(r => r.GetProperty("title").GetString())
        );
        var (inferred, told) = (Errors(reports[0]), Errors(reports[1]));
        var oracle = inferred[StaffedOracle.KnowsStaff];
        Assert.All(inferred.Where(e => e.Key != StaffedOracle.KnowsStaff), e => Assert.True(e.Value > oracle, e.Key));
        Assert.InRange(inferred[EstimateScores.Ours] / oracle, 1, 1.1);
        // The same days, the same oracle and the same usual ways: nothing but what we are told differs.
        Assert.All(inferred.Where(e => e.Key != EstimateScores.Ours), e => Assert.Equal(e.Value, told[e.Key]));
        Assert.InRange(told[EstimateScores.Ours], oracle, inferred[EstimateScores.Ours]);
        Assert.InRange(Score(reports[1], EstimateScores.Ours, "joining").GetProperty("coverage").GetDouble(), 0.75, 0.85);

        static Dictionary<string, double> Errors(JsonElement report) =>
            report
                .GetProperty("overall")
                .EnumerateArray()
                .Where(s => s.GetProperty("stage").GetString() == "joining")
                .ToDictionary(s => s.GetProperty("method").GetString()!, s => s.GetProperty("meanAbsoluteError").GetDouble());
    }

    [Fact]
    public void The_counters_of_an_hour_are_told_to_be_open_in_it_and_the_last_ones_until_the_last_call()
    {
        var line = new StaffedLine(seed: 3, days: 2);
        var open = new HashSet<string>();
        var shifts = new Queue<CounterShift>(line.Shifts);
        foreach (var day in new[] { StaffedLine.FirstDay, StaffedLine.FirstDay.AddDays(1) })
        {
            for (var hour = 0; hour < line.Rota(day).Count; hour++)
            {
                var begins = new DateTimeOffset(day.ToDateTime(new TimeOnly(8 + hour, 0)), TimeSpan.Zero);
                Until(begins);
                Assert.Equal(Enumerable.Range(0, line.Rota(day)[hour]).Select(StaffedLine.CounterName).Order(), open.Order());
            }

            var last = line.Visits.Where(v => v.Arrival.Date == day.ToDateTime(default)).Max(v => v.Call)!.Value;
            Until(last.AddSeconds(-1));
            Assert.NotEmpty(open);
            Until(new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 0)), TimeSpan.Zero));
            Assert.Empty(open);
        }

        Assert.Empty(shifts);

        void Until(DateTimeOffset at)
        {
            while (shifts.TryPeek(out var next) && next.At <= at)
                Assert.True(shifts.Dequeue().Open ? open.Add(next.Counter) : open.Remove(next.Counter));
        }
    }

    [Theory]
    [InlineData("Name a file with recorded days, or make some up with --simulate DAYS.")]
    [InlineData("There are 2 days, and a warm-up of 2 leaves none to score.", "--warm-up", "2", "days.csv")]
    [InlineData("No row is of queue X.", "--pool", "A,X", "--warm-up", "1", "days.csv")]
    [InlineData("Nobody had to wait on the days to be scored.", "--warm-up", "1", "idle.csv")]
    [InlineData("Line 2: it has 2 columns, not 7.", "broken.csv")]
    public async Task What_cannot_be_evaluated_is_refused_in_a_sentence_and_writes_nothing(string sentence, params string[] args)
    {
        File("days.csv", FirstDay + SecondDay);
        File("idle.csv", FirstDay + SecondDay.Split('\n')[0] + "\n");
        File("broken.csv", "A,2026\n");
        var run = await RunAsync([
            .. args.Select(a => a.EndsWith(".csv", StringComparison.Ordinal) ? Path.Combine(folder.FullName, a) : a),
        ]);
        Assert.Equal((2, sentence), (run.ExitCode, run.Error.Trim()));
        Assert.False(Directory.Exists(Path.Combine(folder.FullName, "out")));
    }

    [Fact]
    public async Task On_the_recorded_days_it_is_better_than_every_usual_way()
    {
        var traces = Environment.GetEnvironmentVariable("SMARTQUEUE_TRACES");
        Assert.SkipWhen(string.IsNullOrEmpty(traces), "SMARTQUEUE_TRACES names no folder of recorded days.");
        var report = await ReportAsync([
            "--pool",
            "PS,PE,NW,NE,TT",
            "--warm-up",
            "7",
            Path.Combine(traces, "bank-calls-1999-02-01_18.csv.gz"),
        ]);
        foreach (var (stage, atLeast) in new[] { ("joining", 0.15), ("halfway", 0.25), ("both", 0.2) })
        {
            var scores = report
                .GetProperty("overall")
                .EnumerateArray()
                .Where(s => s.GetProperty("stage").GetString() == stage)
                .ToLookup(s => s.GetProperty("method").GetString() == EstimateScores.Ours);
            var ours = scores[true].Single();
            Assert.InRange(
                1
                    - ours.GetProperty("meanAbsoluteError").GetDouble()
                        / scores[false].Min(s => s.GetProperty("meanAbsoluteError").GetDouble()),
                atLeast,
                1
            );
            Assert.InRange(ours.GetProperty("biasShare").GetDouble(), -0.05, 0.05);
            Assert.InRange(ours.GetProperty("coverage").GetDouble(), 0.78, 0.82);
        }

        // In the night there are a dozen promises, which tell nothing.
        Assert.All(report.GetProperty("hours").EnumerateArray().Where(h => h.GetProperty("count").GetInt32() >= 100), h =>
            Assert.InRange(h.GetProperty("coverage").GetDouble(), 0.75, 0.85)
        );
    }

    private static JsonElement Score(JsonElement report, string method, string stage) =>
        report
            .GetProperty("overall")
            .EnumerateArray()
            .Single(s => s.GetProperty("method").GetString() == method && s.GetProperty("stage").GetString() == stage);

    private string File(string name, string rows)
    {
        var path = Path.Combine(folder.FullName, name);
        System.IO.File.WriteAllText(path, Header + rows);
        return path;
    }

    private string Packed(string name, string rows)
    {
        var path = Path.Combine(folder.FullName, name);
        using var packed = new StreamWriter(new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest));
        packed.Write(string.Create(CultureInfo.InvariantCulture, $"{Header}{rows}"));
        return path;
    }

    private Task<CommandRun> RunAsync(string[] args) => CommandRun.EvaluateAsync([.. args, "--out", Path.Combine(folder.FullName, "out")]);

    private async Task<JsonElement> ReportAsync(string[] args) => (await ReportsAsync(args))[0];

    private async Task<JsonElement> ReportsAsync(string[] args)
    {
        var run = await RunAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument
            .Parse(await System.IO.File.ReadAllTextAsync(Path.Combine(folder.FullName, "out", "estimates.json"), Token))
            .RootElement;
    }
}
