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

    [Fact]
    public async Task A_file_from_before_appointments_goes_on_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        await using var file = new SqliteDatabase(Path.Combine(folder.Path, "before.db"));
        await new SqliteSchema("notifications", file, [.. SqliteNotificationsSchema.Steps.Take(7)]).UpgradeAsync(token);
        var store = new SqliteNotificationStore(file);
        var pending = Samples.Pending(userId: "user-1");
        Assert.True(await store.AddAsync(pending, null, token));

        await new SqliteSchema("notifications", file, SqliteNotificationsSchema.Steps).UpgradeAsync(token);

        Assert.Equal(pending, await store.FindAsync(pending.Id, token));
        Assert.Empty(await store.AppointmentsToRemindAsync(Samples.Morning, 10, token));
        await store.EraseUserAsync("user-1", token);
        Assert.Null(await store.FindAsync(pending.Id, token));
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
