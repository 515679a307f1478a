using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class MongoLineStoreTests : LineStoreContract
{
    private protected override async Task<ILineStore> OpenAsync()
    {
        var store = new MongoLineStore(await TestMongo.DatabaseAsync());
        await store.PrepareAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
