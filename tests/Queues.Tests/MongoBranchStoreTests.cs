using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class MongoBranchStoreTests : BranchStoreContract
{
    private MongoDB.Driver.IMongoDatabase? database;

    private protected override async Task<(IBranchStore Branches, IQueueStore Queues, IOutbox Outbox)> OpenAsync()
    {
        database = await TestMongo.DatabaseAsync();
        var outbox = new MongoOutbox("queues", database, [MongoQueueStore.Queues, MongoBranchStore.Branches], TimeProvider.System);
        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(Token);
        return (new MongoBranchStore(database, outbox), new MongoQueueStore(database, outbox), outbox);
    }

    [Fact]
    public async Task Branches_whose_fields_were_in_a_state_of_their_own_go_on_after_the_upgrade()
    {
        database = await TestMongo.DatabaseAsync();
        await new MongoSchema("queues", database, [.. MongoQueuesSchema.Steps("UTC").Take(9)], TimeProvider.System).UpgradeAsync(Token);
        var documents = database.GetCollection<BsonDocument>(MongoBranchStore.Branches);
        var branch = Made("b", "bb").Next;
        var there = NestedAggregate<Branch>.New("b", 1, branch).ToBsonDocument();
        there["slug"] = "bb";
        await documents.InsertOneAsync(there, null, Token);
        var gone = Made("c", "bb").Next.Delete(Sample.Now, null).Next;
        await documents.InsertOneAsync(NestedAggregate<Branch>.New("c", 2, gone).ToBsonDocument(), null, Token);

        await new MongoSchema("queues", database, MongoQueuesSchema.Steps("UTC"), TimeProvider.System).UpgradeAsync(Token);

        var branches = new MongoBranchStore(database, outbox: null);
        Assert.Equivalent(branch, await branches.FindBySlugAsync("bb", Token), strict: true);
        Assert.Equal(["b", "main"], (await branches.ListAsync(PageRequest.First(9), Token)).Select(b => b.Id));
        await Assert.ThrowsAsync<SlugTakenException>(() => branches.AddAsync(Made("d", "bb"), null, Token));
        Assert.Equal(0, await documents.CountDocumentsAsync(Builders<BsonDocument>.Filter.Exists("state"), cancellationToken: Token));
    }

    [Fact]
    public async Task An_id_whose_queue_never_came_holds_its_branch_for_a_minute()
    {
        var (branches, _, _) = await OpenAsync();
        var branch = Made("b", "bb");
        await branches.AddAsync(branch, null, Token);
        // As a process leaves it that dies in between.
        await MongoBranchStore.EnterAsync(database!, In("b", "1", "A").Next.Definition, Token);

        var early = branch.Next.Delete(Sample.Now.AddSeconds(59), null);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => branches.DeleteAsync(early, 1, Token));
        Assert.Equal("A queue is being made in the branch. Try again in a minute.", refused.Message);
        Assert.True(await branches.DeleteAsync(branch.Next.Delete(Sample.Now.AddSeconds(61), null), 1, Token));
    }
}
