using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class MongoCounterStoreTests : CounterStoreContract
{
    private protected override async Task<ICounterStore> OpenAsync()
    {
        var database = await TestMongo.DatabaseAsync();
        // A database of the version before gets the index that lists are read by.
        var steps = MongoQueuesSchema.Steps("UTC");
        await new MongoSchema("queues", database, [.. steps.Take(7)], TimeProvider.System).UpgradeAsync(Token);
        await new MongoSchema("queues", database, steps, TimeProvider.System).UpgradeAsync(Token);
        return new MongoCounterStore(database);
    }
}
