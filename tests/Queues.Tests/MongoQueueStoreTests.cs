using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;
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
        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return (store, outbox);
    }

    [Fact]
    public async Task A_queue_of_the_version_before_is_read_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        var database = await TestMongo.DatabaseAsync();
        var queue = Queue.Create("q", Sample.FullDefinition(), Sample.Now).Next;
        var document = NestedAggregate<Queue>.New("q", 1, queue).ToBsonDocument();
        var state = document["state"].AsBsonDocument;
        var settings = state["definition"].AsBsonDocument;
        foreach (var own in (string[])["_id", "createdAt", "updatedAt", "version"])
        {
            state[own] = settings[own];
            settings.Remove(own);
        }

        settings.Remove("branchId");
        state.Remove("own");
        state.Remove("definition");
        state["settings"] = settings;
        await new MongoSchema("queues", database, [.. MongoQueuesSchema.Steps("UTC").Take(2)], TimeProvider.System).UpgradeAsync(token);
        await database.GetCollection<BsonDocument>(MongoQueueStore.Queues).InsertOneAsync(document, null, token);

        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(token);

        var store = new MongoQueueStore(database, new MongoOutbox("queues", database, [MongoQueueStore.Queues], TimeProvider.System));
        Assert.Equivalent(queue, await store.FindAsync("q", token), strict: true);
    }

    [Fact]
    public async Task Of_queues_that_shared_a_prefix_before_the_upgrade_the_first_has_its_key()
    {
        var token = TestContext.Current.CancellationToken;
        var database = await TestMongo.DatabaseAsync();
        var queues = database.GetCollection<BsonDocument>(MongoQueueStore.Queues);
        await new MongoSchema("queues", database, [.. MongoQueuesSchema.Steps("UTC").Take(3)], TimeProvider.System).UpgradeAsync(token);
        var deleted = Queue.Create("0", Sample.Definition(), Sample.Now).Next.Delete(Sample.Now).Next;
        foreach (
            var queue in new[]
            {
                deleted,
                Queue.Create("1", Sample.Definition(), Sample.Now).Next,
                Queue.Create("2", Sample.Definition(), Sample.Now).Next,
                Queue.Create("3", Sample.Definition(prefix: "B"), Sample.Now).Next,
            }
        )
            await queues.InsertOneAsync(NestedAggregate<Queue>.New(queue.Id, queue.Version, queue).ToBsonDocument(), null, token);

        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(token);

        var keys = await queues.Find(Builders<BsonDocument>.Filter.Exists(MongoQueueStore.PrefixKey)).ToListAsync(token);
        Assert.Equal(["1 A", "3 B"], keys.Select(q => $"{q["_id"]} {q[MongoQueueStore.PrefixKey]}").Order());
    }
}
