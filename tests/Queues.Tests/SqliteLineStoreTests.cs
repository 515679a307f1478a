using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteLineStoreTests : LineStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<ILineStore> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        var store = new SqliteLineStore(database);
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
