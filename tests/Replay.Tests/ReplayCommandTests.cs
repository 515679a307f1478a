using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Tests;

public sealed class ReplayCommandTests
{
    // A day of nine hours in about a third of a second.
    private const string Speed = "100000";
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "day.csv");

    [Fact]
    public async Task A_whole_day_is_played_and_agrees()
    {
        await using var system = await FakeSystem.StartAsync();
        var rows = await DayCsv.ReadFileAsync(Sample, TestContext.Current.CancellationToken);

        var run = await CommandRun.ReplayAsync(system, Sample, "--speed", Speed);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("✓ The system agrees", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("✗", run.Output, StringComparison.Ordinal);
        Assert.Equal(rows.Count, system.Tickets.Count);
        Assert.Equal(rows.Count(r => r.Outcome == DayOutcome.Abandoned), system.Tickets.Count(t => t.Status == "cancelled"));
        Assert.Equal(rows.Count(r => r.Outcome != DayOutcome.Abandoned), system.Tickets.Count(t => t.Status == "served"));
        Assert.Equal(["Advice", "Documents", "Payments"], system.Queues.Select(q => q.GetProperty("name").GetString()));
        Assert.All(system.Queues, q => Assert.Equal("never", q.GetProperty("numberReset").GetString()));
        Assert.Equal((1, 0), (system.Logins, system.Refreshes));
    }

    [Fact]
    public async Task A_lost_ticket_ends_with_1_and_shows_in_every_part()
    {
        await using var system = await FakeSystem.StartAsync(losesTicket: 300);

        var run = await CommandRun.ReplayAsync(system, Sample, "--speed", Speed);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("✗ The system does not agree", run.Output, StringComparison.Ordinal);
        // The list of tickets, the queue's statistics and analytics of the one queue.
        Assert.Equal(3 + 1, run.Output.Count(c => c == '✗'));
    }

    [Fact]
    public async Task Answers_to_come_back_later_are_asked_again_and_counted()
    {
        await using var system = await FakeSystem.StartAsync(refusesEvery: 10);

        var run = await CommandRun.ReplayAsync(system, Sample, "--speed", Speed);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.True(Played(run).Refused > 100, run.Output);
    }

    [Fact]
    public async Task A_step_refused_six_times_has_failed()
    {
        await using var system = await FakeSystem.StartAsync(neverCancels: true);

        var run = await CommandRun.ReplayAsync(system, Sample, "--speed", Speed);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("SERVICE_UNAVAILABLE", run.Output, StringComparison.Ordinal);
        var played = Played(run);
        Assert.True(played.Failed > 0);
        Assert.Equal(played.Failed * 6, system.CancelRequests);
        Assert.Equal(played.Failed * 6, played.Refused);
    }

    [Fact]
    public async Task The_token_is_renewed_with_the_refresh_token()
    {
        await using var system = await FakeSystem.StartAsync(expiresIn: 0);

        var run = await CommandRun.ReplayAsync(system, "--rate", "100", "--seconds", "0.2");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(1, system.Logins);
        Assert.True(system.Refreshes > 40);
    }

    [Fact]
    public async Task A_constant_rate_takes_calls_and_serves_every_number()
    {
        await using var system = await FakeSystem.StartAsync();

        var run = await CommandRun.ReplayAsync(system, "--rate", "500", "--seconds", "0.4");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(200, system.Tickets.Count(t => t.Status == "served"));
        Assert.True(system.Tickets.Select(t => t.Counter).Distinct().Count() <= 8);
    }

    [Fact]
    public async Task Being_stopped_shows_the_tables_so_far()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var system = await FakeSystem.StartAsync(onTaken: number =>
        {
            if (number == 50)
                stop.Cancel();
        });

        var run = await CommandRun.ReplayAsync(system, stop.Token, Sample, "--speed", "1000");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Stopped before the end", run.Output, StringComparison.Ordinal);
        Assert.InRange(Played(run).Issued, 1, 50);
        Assert.InRange(system.Tickets.Count, 50, 100);
    }

    [Fact]
    public async Task A_wrong_password_is_one_sentence()
    {
        await using var system = await FakeSystem.StartAsync();

        var run = await CommandRun.ReplayAsync(system, Sample, "--password", "wrong");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{FakeSystem.Email} cannot sign in at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(system.Tickets);
    }

    [Theory]
    [InlineData]
    [InlineData("a.csv", "b.csv")]
    [InlineData("/nowhere/at/all.csv")]
    [InlineData("a.csv", "--rate", "5", "--seconds", "5")]
    [InlineData("--rate", "5")]
    [InlineData("--rate", "0", "--seconds", "5")]
    [InlineData("--rate", "5", "--seconds", "5", "--speed", "2")]
    [InlineData("a.csv", "--speed", "-1")]
    [InlineData("a.csv", "--url", "localhost")]
    [InlineData("a.csv", "--speed")]
    [InlineData("a.csv", "--speed", "2", "--speed", "3")]
    public async Task Wrong_arguments_end_with_2_and_one_sentence(params string[] args)
    {
        var run = await CommandRun.ReplayAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(run.Output);
    }

    private static (int Issued, int Refused, int Failed) Played(CommandRun run)
    {
        var line = run
            .Output.Split('\n')
            .Single(l =>
                l.Contains("played ", StringComparison.Ordinal)
                && l.TrimStart().StartsWith("played", StringComparison.Ordinal)
                && l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 7
            );
        var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Number(1), Number(5), Number(6));

        int Number(int cell) => int.Parse(cells[cell], System.Globalization.CultureInfo.InvariantCulture);
    }
}
