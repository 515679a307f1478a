using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteQueueStoreTests : QueueStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<(IQueueStore Store, IOutbox Outbox)> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        var outbox = new SqliteOutbox("queues", database, TimeProvider.System);
        var store = new SqliteQueueStore(database);
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
        return (store, outbox);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
