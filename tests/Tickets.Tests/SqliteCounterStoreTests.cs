using Dapper;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class SqliteCounterStoreTests : CounterStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase database = null!;
    private SqliteCounterStore store = null!;
    private SqliteOutbox outbox = null!;

    private protected override ICounterStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "tickets.db"));
        store = new SqliteCounterStore(database);
        outbox = new SqliteOutbox("tickets", database, TimeProvider.System);
        await new SqliteSchema("tickets", database, SqliteTicketsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Counters_are_made_of_the_names_that_stood_in_queues_and_at_open_tickets()
    {
        var token = TestContext.Current.CancellationToken;
        await using var old = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("tickets", old, [.. SqliteTicketsSchema.Steps.Take(3)]).UpgradeAsync(token);
        await old.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO policies (queue_id, version, definition) VALUES
                        ('listing', 1, '{"counters":[{"name":"1"},{"name":"Desk"}]}'), ('other', 1, '{"counters":[{"name":"1"}]}'),
                        ('free', 1, '{"counters":[]}'), ('gone', 2, NULL);
                    INSERT INTO tickets (id, queue_id, service_day, number, status, open, priority, ord, counter, created_at, updated_at, version, state) VALUES
                        ('a', 'listing', '2026-03-02', 1, 'called', 1, 0, 1, '1', 1, 10, 2, '{"id":"a","counter":"1"}'),
                        ('b', 'other', '2026-03-02', 1, 'serving', 1, 0, 1, '1', 1, 20, 2, '{"id":"b","counter":"1"}'),
                        ('c', 'free', '2026-03-02', 1, 'called', 1, 0, 1, 'window', 1, 10, 2, '{"id":"c","counter":"window"}'),
                        ('d', 'free', '2026-03-02', 2, 'served', 0, 0, 1, 'long ago', 1, 10, 2, '{"id":"d","counter":"long ago"}');
                    """
                ),
            token
        );

        await new SqliteSchema("tickets", old, SqliteTicketsSchema.Steps).UpgradeAsync(token);

        var counters = (await new SqliteCounterStore(old).ListAsync(null, PageRequest.First(50), token)).ToDictionary(c => c.Name);
        Assert.Equal(["1", "Desk", "window"], counters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["listing", "other"], counters["1"].Queues.Select(q => q.QueueId).Order());
        Assert.Equal([1, 2], counters["1"].Queues.Select(q => q.Rank));
        Assert.Empty(counters["window"].Queues);
        Assert.All(counters.Values, c => Assert.Equal((Branches.Main, CounterStatus.Closed, 1L), (c.BranchId, c.Status, c.Version)));
        var held = await old.ReadAsync(
            c => c.Query<(string, string)>("SELECT held_by, id FROM tickets WHERE held_by IS NOT NULL").ToHashSet(),
            token
        );
        Assert.Equal([(counters["1"].Id, "b"), (counters["window"].Id, "c")], held);
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
