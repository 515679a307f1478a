using System.Diagnostics;
using SmartQueue.Analytics;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>The analytics of a year of a busy office, two million tickets, on SQLite: each question against its limit of 300 ms.</summary>
internal static class AnalyticsBenchmark
{
    private const int Tickets = 2_000_000;
    private const int QueueCount = 20;
    private const int CounterCount = 40;
    private const int Repeats = 5;
    private static readonly Figure Limit = new(300, "ms");
    private static readonly DateTimeOffset Begin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Begin.AddYears(1);
    private static readonly AnalyticsOptions Options = new(true, null, TimeSpan.FromDays(90), 1000, "UTC");

    public static async Task RunAsync(Run run)
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDatabase(Path.Combine(folder.Path, "analytics.db"));
        var store = new SqliteAnalyticsStore(database);
        await new SqliteSchema("analytics", database, SqliteAnalyticsSchema.Steps).UpgradeAsync(CancellationToken.None);
        await FillAsync(store);
        while (await store.RollUpAsync(16, CancellationToken.None) == 16)
            await Task.Yield();

        var desk = new AnalyticsDesk(store, Options, TimeProvider.System);
        var work = new WorkDesk(store, Options, TimeProvider.System);
        await MeasureAsync("queue-by-hour", "half the office in one queue, a year by hour", () =>
            desk.QueueAsync("q0", null, new AskedRange(Begin, End), BucketSize.Hour, CancellationToken.None)
        );
        await MeasureAsync("queue-by-day", "the same, a year by day", () =>
            desk.QueueAsync("q0", null, new AskedRange(Begin, End), BucketSize.Day, CancellationToken.None)
        );
        await MeasureAsync("queue-part-of-day", "the same, from 08:20 to 16:40 on a day", () =>
            desk.QueueAsync(
                "q0",
                null,
                new AskedRange(Begin.AddDays(100).AddHours(8.34), Begin.AddDays(100).AddHours(16.67)),
                BucketSize.Hour,
                CancellationToken.None
            )
        );
        await MeasureAsync("report", "report over all queues, a year by day", () =>
            desk.ReportAsync(null, null, new AskedRange(Begin, End), BucketSize.Day, false, CancellationToken.None)
        );
        await MeasureAsync("counters", "each counter, a year", () =>
            work.CountersAsync(null, new AskedRange(Begin, End), CancellationToken.None)
        );
        await MeasureAsync("staff", "each operator, a year", () =>
            work.StaffAsync(null, new AskedRange(Begin, End), CancellationToken.None)
        );
        await MeasureAsync("staff-part-of-day", "each operator, from 08:20 to 16:40 on a day", () =>
            work.StaffAsync(
                [Branches.Main],
                new AskedRange(Begin.AddDays(100).AddHours(8.34), Begin.AddDays(100).AddHours(16.67)),
                CancellationToken.None
            )
        );

        async Task MeasureAsync(string id, string question, Func<Task> ask)
        {
            await ask();
            var times = new List<TimeSpan>();
            for (var i = 0; i < Repeats; i++)
            {
                var one = Stopwatch.StartNew();
                await ask();
                times.Add(one.Elapsed);
            }

            run.Add(
                new()
                {
                    Id = "analytics." + id,
                    What = question,
                    Ours = new(times.Max(t => t.TotalMilliseconds), "ms"),
                    Against = Limit,
                    AgainstWhat = "limit",
                    Better = Better.Lower,
                    Aim = 1,
                }
            );
        }
    }

    // Half of the tickets in one queue, the rest spread over the others; office hours of 250 days; waits and services log-normal.
    private static async Task FillAsync(SqliteAnalyticsStore store)
    {
        var random = new Random(1);
        for (var i = 0; i < QueueCount; i++)
            await store.RecordQueueAsync(
                new()
                {
                    QueueId = $"q{i}",
                    Name = $"Queue {i}",
                    TimeZone = "Europe/Madrid",
                    SlaWaitTime = 600,
                    Version = 1,
                },
                CancellationToken.None
            );
        var days = Enumerable
            .Range(0, 365)
            .Select(d => Begin.AddDays(d))
            .Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            .Take(250)
            .ToList();
        await FillSessionsAsync(store, days);
        var pending = new List<Task>();
        for (var i = 0; i < Tickets; i++)
        {
            var at = days[(int)((long)i * days.Count / Tickets)].AddMilliseconds((long)((7 + (9 * random.NextDouble())) * 3_600_000));
            var called = at.AddMilliseconds((long)(1000 * Math.Exp(5.5 + (0.9 * Normal(random)))));
            var served = called.AddMilliseconds((long)(1000 * Math.Exp(4.8 + (0.7 * Normal(random)))));
            var outcome = random.NextDouble();
            var left = outcome is >= 0.85 and < 0.93;
            var big = random.Next(2) == 0;
            var counter = random.Next(CounterCount / 2) + (big ? 0 : CounterCount / 2);
            pending.Add(
                store.RecordTicketAsync(
                    new()
                    {
                        TicketId = Guid.CreateVersion7(at).ToString(),
                        TicketNumber = "A-1",
                        QueueId = big ? "q0" : $"q{random.Next(1, QueueCount)}",
                        ServiceDay = DateOnly.FromDateTime(at.DateTime),
                        Status =
                            outcome < 0.85 ? TicketStatus.Served
                            : outcome < 0.93 ? TicketStatus.Cancelled
                            : TicketStatus.NoShow,
                        Priority = 0,
                        Recalls = 0,
                        Counter = left ? null : $"{counter}",
                        CounterId = left ? null : $"counter-{counter}",
                        ServedBy = left ? null : OperatorOf(counter, called),
                        CreatedAt = at,
                        QueuedAt = at,
                        FirstCalledAt = left ? null : called,
                        CalledAt = left ? null : called,
                        ServedAt = outcome < 0.85 ? served : null,
                        ClosedAt = served,
                        LastClosedAt = served,
                        Version = 3,
                    },
                    CancellationToken.None
                )
            );
            if (pending.Count < 2000)
                continue;
            await Task.WhenAll(pending);
            pending.Clear();
        }

        await Task.WhenAll(pending);
    }

    // Two shifts a day, with a break each.
    private static async Task FillSessionsAsync(SqliteAnalyticsStore store, List<DateTimeOffset> days)
    {
        var version = 0L;
        (double Hour, CounterStatus Status)[] moves =
        [
            (7, CounterStatus.Open),
            (9.5, CounterStatus.Break),
            (10, CounterStatus.Open),
            (11.5, CounterStatus.Closed),
            (11.6, CounterStatus.Open),
            (14, CounterStatus.Break),
            (14.5, CounterStatus.Open),
            (17, CounterStatus.Closed),
        ];
        foreach (var day in days)
        {
            foreach (var (hour, status) in moves)
            {
                version++;
                var at = day.AddHours(hour);
                await Task.WhenAll(
                    Enumerable
                        .Range(0, CounterCount)
                        .Select(counter =>
                            store.RecordCounterAsync(
                                new()
                                {
                                    CounterId = $"counter-{counter}",
                                    Version = version,
                                    BranchId = Branches.Main,
                                    Name = $"{counter}",
                                    At = at,
                                    Status = status,
                                    OperatorId = status == CounterStatus.Closed ? null : OperatorOf(counter, at),
                                },
                                CancellationToken.None
                            )
                        )
                );
            }
        }
    }

    private static string OperatorOf(int counter, DateTimeOffset at) => $"operator-{counter}-{(at.TimeOfDay.TotalHours < 11.5 ? 1 : 2)}";

    // Box and Muller (1958).
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
