using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteCounterStoreTests : CounterStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<ICounterStore> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(Token);
        return new SqliteCounterStore(database);
    }

    [Fact]
    public async Task A_file_of_the_version_before_knows_no_counters_and_keeps_its_queues()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        var steps = SqliteQueuesSchema.Steps("UTC");
        await new SqliteSchema("queues", database, [.. steps.Take(4)]).UpgradeAsync(Token);
        var queue = Queue.Create("q", Sample.FullDefinition(), Sample.Now);
        await new SqliteQueueStore(database).AddAsync(queue, null, Token);

        await new SqliteSchema("queues", database, steps).UpgradeAsync(Token);

        var counters = new SqliteCounterStore(database);
        Assert.Empty(await counters.ListAsync(["main"], Token));
        await counters.SaveAsync(Some("c", "1", 4), Token);
        Assert.Single(await counters.ListAsync(["main"], Token));
        Assert.Equivalent(queue.Next, await new SqliteQueueStore(database).FindAsync("q", Token), strict: true);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
