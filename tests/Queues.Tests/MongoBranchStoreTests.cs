using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
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
