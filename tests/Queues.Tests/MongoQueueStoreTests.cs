using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class MongoQueueStoreTests : QueueStoreContract
{
    private protected override async Task<(IQueueStore Store, IOutbox Outbox)> OpenAsync()
    {
        var database = await TestMongo.DatabaseAsync();
        var outbox = new MongoOutbox("queues", database, [MongoQueueStore.Queues], TimeProvider.System);
        var store = new MongoQueueStore(database, outbox);
        await new MongoSchema("queues", database, MongoQueuesSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return (store, outbox);
    }
}
