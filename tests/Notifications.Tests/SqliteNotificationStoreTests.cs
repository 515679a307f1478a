using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class SqliteNotificationStoreTests : NotificationStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    protected override async Task<(object Store, IOutbox Outbox)> OpenAsync()
    {
        var token = TestContext.Current.CancellationToken;
        database = new SqliteDatabase(Path.Combine(folder.Path, "notifications.db"));
        var outbox = new SqliteOutbox("notifications", database, TimeProvider.System);
        await new SqliteSchema("notifications", database, SqliteNotificationsSchema.Steps).UpgradeAsync(token);
        var store = new SqliteNotificationStore(database);
        return (store, outbox);
    }
}
