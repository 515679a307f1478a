using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class MongoAnalyticsStoreTests : AnalyticsStoreContract
{
    private IMongoDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null) await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    protected override async Task<object> OpenAsync()
    {
        database = await TestMongo.DatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await new MongoOutbox("analytics", database, [MongoAnalyticsStore.TrackedCollection], TimeProvider.System).PrepareAsync(token);
        var store = new MongoAnalyticsStore(database);
        await store.PrepareAsync(token);
        await store.PrepareAsync(token);
        return store;
    }
}
