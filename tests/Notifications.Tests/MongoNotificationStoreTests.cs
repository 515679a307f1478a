using MongoDB.Driver;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class MongoNotificationStoreTests : NotificationStoreContract
{
    private IMongoDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    protected override async Task<(object Store, IOutbox Outbox)> OpenAsync()
    {
        var token = TestContext.Current.CancellationToken;
        database = await TestMongo.DatabaseAsync();
        var outbox = new MongoOutbox("notifications", database, [MongoNotificationStore.NotificationsCollection], TimeProvider.System);
        await new MongoSchema("notifications", database, MongoNotificationsSchema.Steps, TimeProvider.System).UpgradeAsync(token);
        var store = new MongoNotificationStore(database, outbox);
        return (store, outbox);
    }
}
