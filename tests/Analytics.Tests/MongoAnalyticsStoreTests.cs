using MongoDB.Driver;
using SmartQueue.Analytics.Storage;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class MongoAnalyticsStoreTests : AnalyticsStoreContract
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
        var token = TestContext.Current.CancellationToken;
        await new MongoSchema("analytics", database, MongoAnalyticsSchema.Steps, TimeProvider.System).UpgradeAsync(token);
        var store = new MongoAnalyticsStore(database);
        return store;
    }
}
