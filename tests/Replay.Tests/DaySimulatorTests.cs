using SmartQueue.Replay.Days;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Tests;

public sealed class DaySimulatorTests
{
    private static readonly DateOnly Date = new(2026, 3, 2);

    [Fact]
    public void A_seed_gives_the_same_day_and_another_seed_another()
    {
        Assert.Equal(DaySimulator.Run(1, Date, 300), DaySimulator.Run(1, Date, 300));
        Assert.NotEqual(DaySimulator.Run(1, Date, 300), DaySimulator.Run(2, Date, 300));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 50)]
    [InlineData(3, 600)]
    [InlineData(4, 5000)]
    public void Every_day_could_have_happened(int seed, int customers)
    {
        var rows = DaySimulator.Run(seed, Date, customers);

        Assert.Equal(customers, rows.Count);
        Assert.Equal(rows.OrderBy(r => r.Arrival), rows);
        Assert.All(rows, r => Assert.Equal(Date, DateOnly.FromDateTime(r.Arrival)));
        Assert.All(rows, r => Assert.True(r.Arrival <= (r.Call ?? r.End) && (r.Call ?? r.Arrival) < r.End));
        Assert.All(rows, r => Assert.Equal(r.Outcome == DayOutcome.Abandoned, r.Call is null && r.Server is null));
        foreach (var server in rows.Where(r => r.Server is not null).GroupBy(r => r.Server))
        {
            var services = server.OrderBy(r => r.Call).ToList();
            Assert.All(services.Zip(services.Skip(1)), pair =>
                Assert.True(pair.First.End <= pair.Second.Call, $"{server.Key} serves two at {pair.Second.Call}")
            );
        }
    }

    [Fact]
    public void Among_those_served_first_come_is_first_called()
    {
        var calls = DaySimulator.Run(5, Date, 600).Where(r => r.Call is not null).Select(r => r.Call).ToList();

        Assert.Equal(calls.Order(), calls);
    }

    [Fact]
    public void A_busy_day_has_waits_and_people_who_leave()
    {
        var rows = DaySimulator.Run(1, Date, 600);

        Assert.Equal(3, rows.Select(r => r.Queue).Distinct().Count());
        Assert.Equal(6, rows.Select(r => r.Server).OfType<string>().Distinct().Count());
        Assert.InRange(rows.Count(r => r.Outcome == DayOutcome.Abandoned), 10, 200);
        Assert.InRange(rows.Count(r => r.Call > r.Arrival), 100, 550);
    }

    [Fact]
    public async Task The_sample_is_what_its_first_line_says()
    {
        var sample = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "day.csv"), TestContext.Current.CancellationToken);
        var first = sample[..sample.IndexOf('\n', StringComparison.Ordinal)];
        const string begin = "# simulated, not recorded: smartqueue simulate ";
        Assert.StartsWith(begin, first, StringComparison.Ordinal);

        var run = await CommandRun.SimulateAsync(first[begin.Length..].Split(' '));

        Assert.Equal((0, sample), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("--seed", "one")]
    [InlineData("--customers", "0")]
    [InlineData("--date", "tomorrow")]
    [InlineData("--colour", "red")]
    [InlineData("--seed")]
    [InlineData("day.csv")]
    [InlineData("--out", "/nowhere/at/all.csv")]
    public async Task Wrong_arguments_end_with_2_and_one_sentence(params string[] args)
    {
        var run = await CommandRun.SimulateAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(run.Output);
    }
}
