using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class MongoLineStoreTests : LineStoreContract
{
    private protected override async Task<ILineStore> OpenAsync()
    {
        var database = await TestMongo.DatabaseAsync();
        var store = new MongoLineStore(database);
        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return store;
    }
}
