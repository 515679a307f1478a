using Microsoft.Extensions.Logging.Abstractions;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class OutboxRelayTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<OutboxRelay> relays = [];
    private SqliteDatabase? database;
    private SqliteOutbox outbox = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in relays)
        {
            await relay.StopAsync(CancellationToken.None);
            relay.Dispose();
        }

        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Events_of_an_aggregate_are_published_in_order_each_once()
    {
        await OpenAsync();
        var (_, record) = await RelayAsync(survives: true);

        await Parallel.ForAsync(0, 20, Token, async (aggregate, _) =>
        {
            for (var version = 1; version <= 60; version++)
                await AppendAsync(Event($"a{aggregate}", version));
        });
        await PublishedAsync(record, 1200);

        Assert.All(record.Published.GroupBy(e => e.AggregateId), g =>
            Assert.Equal(Enumerable.Range(1, 60).Select(v => (long)v), g.Select(e => e.Version))
        );
        await PendingAsync(0);
    }

    [Fact]
    public async Task An_event_keeps_its_id_and_content()
    {
        await OpenAsync();
        var change = Event("a", 1);
        await AppendAsync(change);
        var (_, record) = await RelayAsync(survives: true);

        await PublishedAsync(record, 1);

        Assert.Equal(change, Assert.Single(record.Published));
    }

    [Fact]
    public async Task A_failing_event_holds_up_its_own_aggregate_only_and_goes_out_in_order_later()
    {
        await OpenAsync();
        var broken = true;
        var (_, record) = await RelayAsync(survives: true, e => Volatile.Read(ref broken) && e is { AggregateId: "bad", Version: 2 });
        for (var version = 1; version <= 4; version++)
        {
            await AppendAsync(Event("bad", version));
            await AppendAsync(Event("good", version));
        }

        await Eventually.TrueAsync(() => Task.FromResult(record.Published.Count(e => e.AggregateId == "good") == 4));
        await PendingAsync(3);
        Assert.Equal([1L], record.Published.Where(e => e.AggregateId == "bad").Select(e => e.Version));

        Volatile.Write(ref broken, false);
        await PendingAsync(0);
        Assert.Equal([1L, 2, 3, 4], record.Published.Where(e => e.AggregateId == "bad").Select(e => e.Version));
    }

    [Fact]
    public async Task Many_blocked_aggregates_do_not_keep_others_from_their_turn()
    {
        await OpenAsync();
        for (var i = 0; i < 600; i++)
            await AppendAsync(Event($"bad{i}", 1));
        await AppendAsync(Event("good", 1));

        var (_, record) = await RelayAsync(survives: true, e => e.AggregateId != "good");

        await PublishedAsync(record, 1);
    }

    [Fact]
    public async Task An_event_nobody_knows_any_more_holds_up_its_own_aggregate_only()
    {
        await OpenAsync();
        await AppendAsync(Event("old", 1), Event("good", 1));
        await RewriteAsync("UPDATE outbox SET event_type = 'Forgotten' WHERE aggregate_id = 'old'");

        var (_, record) = await RelayAsync(survives: true);

        await PublishedAsync(record, 1);
        await PendingAsync(1);
    }

    [Fact]
    public async Task What_the_in_process_bus_took_and_nobody_is_done_with_goes_out_again_after_a_restart()
    {
        await OpenAsync();
        var (first, record) = await RelayAsync(survives: false, becomes: _ => new Publication(1));
        for (var version = 1; version <= 5; version++)
            await AppendAsync(Event("a", version));
        await PublishedAsync(record, 5);
        await PendingAsync(0);
        await ReopenAsync(first);

        var (_, again) = await RelayAsync(survives: false);

        await PublishedAsync(again, 5);
        Assert.Equal(record.Published, again.Published);
    }

    [Fact]
    public async Task What_a_broker_took_does_not_go_out_again()
    {
        await OpenAsync();
        var (first, record) = await RelayAsync(survives: true);
        await AppendAsync(Event("a", 1));
        await PublishedAsync(record, 1);
        await PendingAsync(0);
        await ReopenAsync(first);

        var (_, again) = await RelayAsync(survives: true);
        await AppendAsync(Event("a", 2));

        await PublishedAsync(again, 1);
        Assert.Equal(2, Assert.Single(again.Published).Version);
    }

    [Fact]
    public async Task What_a_crash_left_is_published_at_the_next_start()
    {
        await OpenAsync();
        await AppendAsync(Event("a", 1));
        await ReopenAsync(null);

        var (_, record) = await RelayAsync(survives: true);

        await PublishedAsync(record, 1);
    }

    [Fact]
    public async Task What_all_are_done_with_is_dropped_and_what_one_gave_up_waits_for_the_next_start()
    {
        await OpenAsync();
        var fates = new Dictionary<string, Publication>();
        foreach (var queue in (string[])["done", "open", "given up", "late"])
            fates[queue] = new Publication(2);
        fates["done"].Handled();
        fates["done"].Handled();
        fates["open"].Handled();
        fates["given up"].Handled();
        fates["given up"].GiveUp();
        foreach (var queue in fates.Keys)
            await AppendAsync(Event(queue, 1));

        var (first, record) = await RelayAsync(survives: false, becomes: e => fates[e.AggregateId]);
        await PublishedAsync(record, 4);
        await Eventually.TrueAsync(async () => await KeptAsync() == 3);
        fates["late"].Handled();
        fates["late"].Handled();
        await Eventually.TrueAsync(async () => await KeptAsync() == 2);
        await ReopenAsync(first);

        var (_, again) = await RelayAsync(survives: false);
        await PublishedAsync(again, 2);
        Assert.Equal(["open", "given up"], again.Published.Select(e => e.AggregateId));
        await Eventually.TrueAsync(async () => await KeptAsync() == 0);

        Task<long> KeptAsync() => database!.ReadAsync(c => Dapper.SqlMapper.ExecuteScalar<long>(c, "SELECT count(*) FROM outbox"), Token);
    }

    [Fact]
    public async Task Of_many_that_are_kept_aside_exactly_those_that_were_handled_are_dropped()
    {
        await OpenAsync();
        await AppendAsync([.. Enumerable.Range(1, 3000).Select(i => Event($"q{i}", i))]);
        var entries = await outbox.ClaimAsync(3000, [], Token);
        await outbox.CompleteAsync(entries, keep: true, Token);

        await outbox.ForgetAsync([.. entries.Where(e => e.Sequence % 7 is not (0 or 3))], Token);

        await outbox.ReopenAsync(Token);
        Assert.Equal(
            entries.Where(e => e.Sequence % 7 is 0 or 3).Select(e => e.EventId),
            (await outbox.ClaimAsync(3000, [], Token)).Select(e => e.EventId)
        );
    }

    [Fact]
    public async Task What_was_kept_aside_is_claimed_no_more_but_by_the_next_process()
    {
        await OpenAsync();
        await AppendAsync(Event("a", 1));
        await outbox.CompleteAsync(await outbox.ClaimAsync(10, [], Token), keep: true, Token);
        await PendingAsync(0);
        await AppendAsync(Event("b", 1));
        await PendingAsync(1);
        Assert.Equal("b", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);

        await ReopenAsync(null);

        await outbox.ReopenAsync(Token);
        Assert.Equal(["a", "b"], (await outbox.ClaimAsync(10, [], Token)).Select(e => e.AggregateId));
    }

    [Fact]
    public async Task What_could_not_be_published_is_claimed_again_though_what_came_after_it_was_kept_aside()
    {
        await OpenAsync();
        await AppendAsync(Event("a", 1));
        await AppendAsync(Event("b", 1));
        var both = await outbox.ClaimAsync(10, [], Token);
        await outbox.CompleteAsync([both[1]], keep: true, Token);
        await AppendAsync(Event("c", 1));
        var next = Assert.Single(await outbox.ClaimAsync(10, ["a"], Token));
        await outbox.CompleteAsync([next], keep: true, Token);

        Assert.Equal("a", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);
        await outbox.ForgetAsync([both[1], next], Token);
        Assert.Equal("a", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);
        Assert.Equal(1, await outbox.ReopenAsync(Token));
    }

    [Fact]
    public async Task An_undone_change_leaves_no_event()
    {
        await OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            database!.WriteAsync(
                c =>
                {
                    SqliteOutbox.Append(c, Event("a", 1));
                    throw new InvalidOperationException("no");
                },
                Token
            )
        );

        await PendingAsync(0);
        Assert.Empty(await outbox.ClaimAsync(10, [], Token));
        await AppendAsync(Event("b", 1));
        Assert.Equal("b", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);
    }

    [Fact]
    public async Task What_was_told_in_a_transaction_that_was_undone_is_not_published()
    {
        await OpenAsync();
        await PublishOneAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            database!.WriteUnguardedAsync(
                c =>
                {
                    SqliteOutbox.Append(c, Event("a", 1));
                    throw new InvalidOperationException("no");
                },
                Token
            )
        );

        await AppendAsync(Event("b", 1));

        Assert.Equal("b", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);
    }

    [Fact]
    public async Task What_is_erased_or_rewritten_before_it_is_published_goes_out_as_it_is_then()
    {
        await OpenAsync();
        await PublishOneAsync();
        await AppendAsync(Event("a", 1), Event("b", 1), Event("c", 1));
        await RewriteAsync("DELETE FROM outbox WHERE aggregate_id = 'a'");
        await RewriteAsync("UPDATE outbox SET payload = json_set(payload, '$.message', 'erased') WHERE aggregate_id = 'b'");

        var entries = await outbox.ClaimAsync(10, [], Token);

        Assert.Equal([("b", "erased"), ("c", "m1")], entries.Select(e => (e.AggregateId, ((QueueAnnouncement)e.Event()).Message)));
    }

    [Fact]
    public async Task What_is_erased_in_the_same_change_that_told_it_is_not_published()
    {
        await OpenAsync();
        await PublishOneAsync();
        await database!.WriteAsync(
            c =>
            {
                SqliteOutbox.Append(c, Event("a", 1));
                SqliteOutbox.Rewrite(c, "DELETE FROM outbox WHERE aggregate_id = @id", new { id = "a" });
                SqliteOutbox.Append(c, Event("b", 1));
            },
            Token
        );

        Assert.Equal("b", Assert.Single(await outbox.ClaimAsync(10, [], Token)).AggregateId);
    }

    [Fact]
    public async Task What_was_just_committed_is_published_without_being_read_back()
    {
        await OpenAsync();
        foreach (var told in (IEvent[])[Event("a", 1), Event("b", 1)])
        {
            await AppendAsync(told);
            var entry = Assert.Single(await outbox.ClaimAsync(10, [], Token));
            Assert.Same(told, entry.Event());
            await outbox.CompleteAsync([entry], keep: true, Token);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task However_many_pile_up_each_is_claimed_once_in_the_order_of_the_table(bool keep)
    {
        await OpenAsync();
        await PublishOneAsync();
        for (var i = 0; i < 10; i++)
            await AppendAsync([.. Enumerable.Range(1, 1000).Select(n => Event("a", (1000 * i) + n))]);
        var versions = new List<long>();
        while (await outbox.ClaimAsync(512, [], Token) is { Count: > 0 } some)
        {
            versions.AddRange(some.Select(e => e.Event()).Select(e => e.Version));
            await outbox.CompleteAsync(some, keep, Token);
            if (versions.Count < 5000)
                await AppendAsync(Event("a", 10_000 + (versions.Count / 512)));
        }

        Assert.Equal(Enumerable.Range(1, versions.Count).Select(v => (long)v), versions);
        Assert.Equal(10_009, versions.Count);
    }

    private static QueueAnnouncement Event(string queue, long version) =>
        new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_772_442_000_000 + version),
            QueueId = queue,
            Version = version,
            Message = $"m{version}",
        };

    private async Task OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "test.db"));
        outbox = new SqliteOutbox("test", database, TimeProvider.System);
        await new SqliteSchema("test", database, [new("Outbox", SqliteOutbox.Schema)]).UpgradeAsync(Token);
    }

    private async Task ReopenAsync(OutboxRelay? relay)
    {
        if (relay is not null)
            await relay.StopAsync(Token);
        await database!.DisposeAsync();
        await OpenAsync();
    }

    private async Task<(OutboxRelay Relay, RecordingBus Record)> RelayAsync(
        bool survives,
        Func<IEvent, bool>? fails = null,
        Func<IEvent, Publication>? becomes = null
    )
    {
        var record = new RecordingBus();
        if (fails is not null)
            record.Fails = fails;
        if (becomes is not null)
            record.Becomes = becomes;
        var topology = new BusTopology(survives);
        topology.Declared();
        var relay = new OutboxRelay(outbox, record, topology, TimeProvider.System, NullLogger<OutboxRelay>.Instance);
        relays.Add(relay);
        await relay.StartAsync(Token);
        return (relay, record);
    }

    // From then on the outbox knows that it has published all there is.
    private async Task PublishOneAsync()
    {
        await AppendAsync(Event("first", 1));
        await outbox.CompleteAsync(await outbox.ClaimAsync(10, [], Token), keep: true, Token);
    }

    private Task RewriteAsync(string sql) => database!.WriteAsync(c => SqliteOutbox.Rewrite(c, sql, new { }), Token);

    private Task AppendAsync(params IEvent[] events) => database!.WriteAsync(c => SqliteOutbox.Append(c, events), Token);

    private static Task PublishedAsync(RecordingBus record, int count) =>
        Eventually.GetAsync(() => Task.FromResult(record.Published.Count), published => published >= count);

    private Task PendingAsync(int count) => Eventually.GetAsync(() => outbox.MeasureAsync(Token), depth => depth.Pending == count);
}
