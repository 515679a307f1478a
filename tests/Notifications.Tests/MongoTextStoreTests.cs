using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class MongoTextStoreTests : TextStoreContract
{
    private IMongoDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    protected override async Task<object> OpenAsync()
    {
        database = await TestMongo.DatabaseAsync();
        await new MongoSchema("notifications", database, MongoNotificationsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return new MongoTextStore(database);
    }
}
