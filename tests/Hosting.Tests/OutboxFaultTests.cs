using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>A relay and its gauges while the outbox's store or the bus is away: they lose nothing, and do not wear themselves out.</summary>
public sealed class OutboxFaultTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly LogLines lines = new();
    private readonly LoggerFactory loggers;
    private SqliteDatabase database = null!;
    private SqliteOutbox real = null!;
    private IOutbox outbox = null!;
    private Faulty<IOutbox> faults = null!;
    private OutboxRelay? relay;

    public OutboxFaultTests() => loggers = new LoggerFactory([lines]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "test.db"));
        real = new SqliteOutbox("test", database, TimeProvider.System);
        (outbox, faults) = Faulty<IOutbox>.Of(real);
        await new SqliteSchema("test", database, [new("Outbox", SqliteOutbox.Schema)]).UpgradeAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (relay is not null)
        {
            await relay.StopAsync(CancellationToken.None);
            relay.Dispose();
        }

        await database.DisposeAsync();
        loggers.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task While_its_store_is_away_a_relay_asks_ever_more_rarely_and_goes_on_when_it_is_back()
    {
        faults.Decide = method => method == nameof(IOutbox.ClaimAsync) ? Fault.Before : Fault.None;
        await AppendAsync("a", 1);
        var bus = await StartAsync();

        // Twice as long each time, until half a minute.
        foreach (var delay in (double[])[0.25, 0.5, 1, 2, 4, 8, 16, 30, 30])
        {
            var asked = await PausedAsync();
            time.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            await AppendAsync("b", 1);
            Assert.Equal(asked, faults.CountOf(nameof(IOutbox.ClaimAsync)));
            await AdvanceUntilAsync(() => faults.CountOf(nameof(IOutbox.ClaimAsync)) > asked, delay);
            Assert.Equal(asked + 1, faults.CountOf(nameof(IOutbox.ClaimAsync)));
        }

        await PausedAsync();
        faults.Decide = _ => Fault.None;
        await AdvanceUntilAsync(() => bus.Published.Count == 10, 30);
        // Having gone well, it begins with the shortest pause again.
        faults.Decide = _ => Fault.Before;
        await AppendAsync("c", 1);
        await Eventually.TrueAsync(() => Task.FromResult(lines.All.Count(l => l.Contains("00:00:00.25", StringComparison.Ordinal)) == 2));
    }

    [Fact]
    public async Task A_relay_with_nothing_to_do_rests()
    {
        var watch = Stopwatch.StartNew();
        await StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(faults.CountOf(nameof(IOutbox.ClaimAsync)) > 1));
        // It looks once a second, and once more at the start: however slow the machine is, no more often.
        Assert.InRange(faults.CountOf(nameof(IOutbox.ClaimAsync)), 2, 2 + (int)watch.Elapsed.TotalSeconds);
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task What_was_published_and_could_not_be_cleared_goes_out_again_and_is_lost_nowhere(Fault fault)
    {
        var failures = 1;
        faults.Decide = method => method == nameof(IOutbox.CompleteAsync) && Interlocked.Decrement(ref failures) >= 0 ? fault : Fault.None;
        for (var version = 1; version <= 3; version++)
            await AppendAsync("a", version);
        var bus = await StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(bus.Published.Count == 3));
        await Eventually.TrueAsync(() => Task.FromResult(lines.AtLeast(LogLevel.Warning).Count > 0));
        await AppendAsync("a", 4);

        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return (await real.MeasureAsync(Token)).Pending == 0;
        });

        var versions = bus.Published.Select(e => e.Version).ToList();
        // If it was cleared all the same there is nothing to repeat; if not, each goes out again under its own id.
        Assert.Equal(fault == Fault.After ? [1, 2, 3, 4] : [1, 2, 3, 1, 2, 3, 4], versions);
        Assert.Equal(4, bus.Published.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public async Task An_event_the_bus_refuses_is_tried_ever_more_rarely()
    {
        await AppendAsync("bad", 1);
        var tried = 0;
        await StartAsync(e =>
        {
            if (e.AggregateId == "bad")
                Interlocked.Increment(ref tried);
            return e.AggregateId == "bad";
        });
        var others = 0;
        foreach (var delay in (double[])[0.25, 0.5, 1, 2, 4, 8, 16, 30, 30])
        {
            var before = await Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref tried)), count => count > others / 2);
            time.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            // Others go on meanwhile, and are not kept up by it.
            await PublishOtherAsync();
            Assert.Equal(before, Volatile.Read(ref tried));
            time.Advance(TimeSpan.FromMilliseconds(1));
            await PublishOtherAsync();
            await AdvanceUntilAsync(() => Volatile.Read(ref tried) > before, delay);
            Assert.Equal(before + 1, Volatile.Read(ref tried));
        }

        async Task PublishOtherAsync()
        {
            await AppendAsync($"good{others++}", 1);
            await Eventually.TrueAsync(async () => (await real.MeasureAsync(Token)).Pending == 1);
        }
    }

    [Fact]
    public async Task What_could_not_be_dropped_is_dropped_later()
    {
        var real = new SqliteOutbox("test", database, time);
        (outbox, faults) = Faulty<IOutbox>.Of(real);
        faults.Decide = call => call == nameof(IOutbox.ForgetAsync) && faults.CountOf(call) == 1 ? Fault.Before : Fault.None;
        await StartAsync(survives: false);
        await AppendAsync("a", 1);

        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await database.ReadAsync(c => Dapper.SqlMapper.ExecuteScalar<long>(c, "SELECT count(*) FROM outbox"), Token) == 0;
        });
        Assert.True(faults.CountOf(nameof(IOutbox.ForgetAsync)) >= 2);
    }

    [Fact]
    public async Task Gauges_look_every_five_seconds_and_show_nothing_of_a_store_that_is_away()
    {
        await AppendAsync("a", 1);
        using var gauges = new OutboxGauges([outbox], time, new Logger<OutboxGauges>(loggers));
        await gauges.StartAsync(Token);
        await Eventually.TrueAsync(() => Task.FromResult(gauges.Last.TryGetValue("test", out var depth) && depth.Pending == 1));
        foreach (var away in (bool[])[true, true, false, true])
        {
            faults.Decide = _ => away ? Fault.Before : Fault.None;
            var asked = faults.CountOf(nameof(IOutbox.MeasureAsync));
            time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
            await SettledAsync();
            Assert.Equal(asked, faults.CountOf(nameof(IOutbox.MeasureAsync)));
            await AdvanceUntilAsync(() => faults.CountOf(nameof(IOutbox.MeasureAsync)) > asked, 5);
            await Eventually.TrueAsync(() => Task.FromResult(gauges.Last.ContainsKey("test") == !away));
            Assert.Equal(asked + 1, faults.CountOf(nameof(IOutbox.MeasureAsync)));
        }

        await gauges.StopAsync(Token);
    }

    // A pause begins a little after what it follows, perhaps after the clock was moved.
    private Task AdvanceUntilAsync(Func<bool> done, double seconds) =>
        Eventually.TrueAsync(() =>
        {
            if (!done())
                time.Advance(TimeSpan.FromSeconds(seconds / 10));
            return Task.FromResult(done());
        });

    // Whatever could go on by itself has had the time to.
    private static async Task SettledAsync()
    {
        for (var i = 0; i < 50; i++)
            await Task.Run(() => { }, Token);
    }

    private async Task<int> PausedAsync()
    {
        await Eventually.TrueAsync(() =>
            Task.FromResult(lines.AtLeast(LogLevel.Warning).Count is var told and > 0 && told == faults.CountOf(nameof(IOutbox.ClaimAsync)))
        );
        await SettledAsync();
        return faults.CountOf(nameof(IOutbox.ClaimAsync));
    }

    private async Task<RecordingBus> StartAsync(Func<IEvent, bool>? fails = null, bool survives = true)
    {
        var record = new RecordingBus();
        if (fails is not null)
            record.Fails = fails;
        var topology = new BusTopology(survives);
        topology.Declared();
        relay = new OutboxRelay(outbox, record, topology, time, new Logger<OutboxRelay>(loggers));
        await relay.StartAsync(Token);
        return record;
    }

    private Task AppendAsync(string aggregate, long version) =>
        database.WriteAsync(
            c =>
                SqliteOutbox.Append(
                    c,
                    new QueueAnnouncement
                    {
                        EventId = Guid.CreateVersion7(),
                        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_772_442_000_000 + version),
                        QueueId = aggregate,
                        Version = version,
                        Message = $"m{version}",
                    }
                ),
            Token
        );
}
