using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class SqliteTextStoreTests : TextStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    protected override async Task<object> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "notifications.db"));
        await new SqliteSchema("notifications", database, SqliteNotificationsSchema.Steps).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return new SqliteTextStore(database);
    }
}
