using System.Diagnostics;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>How long a process takes to start, on nothing and on a million tickets of history; what it holds of memory while nobody comes;
/// and how fast its first thousand requests are against the warm ones.</summary>
internal static class ColdBenchmark
{
    private const int First = 1_000;
    private const int History = 1_000_000;
    private static readonly Figure EmptyLimit = new(1.5, "s");
    private static readonly Figure HistoryLimit = new(3, "s");
    private static readonly Figure MemoryLimit = new(150, "MB");

    public static async Task RunAsync(Run run)
    {
        await FirstRequestsAsync(run);
        await StartAsync(run);
        if (!run.IsShort)
            await HistoryAsync(run);
    }

    private static async Task FirstRequestsAsync(Run run)
    {
        var (warmUp, measured) = (run.Of(20_000, 2_000), run.Of(5_000, 1_500));
        await using var office = await Office.StartAsync();
        var takes = await Takes.InAsync(office, First + warmUp + measured);
        // The process that has made the queues is no new one.
        await office.RestartAsync();
        using var load = await Load.ConnectAsync(office.System.Address);
        var cold = await load.SendAsync(First, takes.Next);
        await load.SendAsync(warmUp, takes.Next);
        await office.SettleAsync();
        var warm = await load.SendAsync(measured, takes.Next);
        run.Add(
            new()
            {
                Id = "cold.first",
                What = FormattableString.Invariant($"the first {First:N0} numbers taken of a process, a second"),
                Ours = new(cold.PerSecond, "/s"),
                Against = new(warm.PerSecond, "/s"),
                AgainstWhat = "warm",
                Better = Better.Higher,
                Aim = 0.7,
            }
        );
    }

    private static async Task StartAsync(Run run)
    {
        var times = new List<double>();
        var memory = 0L;
        for (int i = 1, all = run.Of(5, 3); i <= all; i++)
        {
            using var folder = new TemporaryFolder();
            var start = Stopwatch.GetTimestamp();
            await using var system = await Office.StartAsync(folder.Path);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (i < all)
                continue;
            await Task.Delay(TimeSpan.FromSeconds(run.Of(15, 3)));
            memory = system.ResidentMemory;
        }

        run.Add(
            new()
            {
                Id = "cold.start",
                What = "start on an empty folder, until ready",
                Ours = new(times.Order().ElementAt(times.Count / 2), "s"),
                Against = EmptyLimit,
                AgainstWhat = "limit",
                Better = Better.Lower,
                Aim = 1,
            }
        );
        run.Add(
            new()
            {
                Id = "cold.memory",
                What = "memory of a process that waits for people",
                Ours = new(memory / 1e6, "MB"),
                Against = MemoryLimit,
                AgainstWhat = "limit",
                Better = Better.Lower,
                Aim = 1,
            }
        );
    }

    private static async Task HistoryAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        var queueId = await office.DefineQueueAsync();
        await office.SettleAsync();
        await office.System.StopAsync();
        await PastYear.WriteAsync(office.Folder, queueId, History);
        var times = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await using var system = await Office.StartAsync(office.Folder);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            await system.StopAsync();
        }

        run.Add(
            new()
            {
                Id = "cold.history",
                What = FormattableString.Invariant($"start on {History:N0} tickets of the past, until ready"),
                Ours = new(times.Order().ElementAt(1), "s"),
                Against = HistoryLimit,
                AgainstWhat = "limit",
                Better = Better.Lower,
                Aim = 1,
            }
        );
    }
}
