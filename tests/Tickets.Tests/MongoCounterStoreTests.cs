using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class MongoCounterStoreTests : CounterStoreContract
{
    private IMongoDatabase database = null!;
    private MongoCounterStore store = null!;
    private MongoOutbox outbox = null!;

    private protected override ICounterStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = await TestMongo.DatabaseAsync();
        outbox = new MongoOutbox("tickets", database, [MongoCounterStore.Counters], TimeProvider.System);
        store = new MongoCounterStore(database, outbox);
        await UpgradeAsync(MongoTicketsSchema.Steps);
    }

    [Fact]
    public async Task Counters_are_made_of_the_names_that_stood_in_queues_and_at_open_tickets()
    {
        var token = TestContext.Current.CancellationToken;
        var old = await TestMongo.DatabaseAsync();
        await new MongoSchema("tickets", old, [.. MongoTicketsSchema.Steps.Take(2)], TimeProvider.System).UpgradeAsync(token);
        var listing = Some.Queue("listing", with: q => q with { Counters = [new QueueCounter("1")] });
        await old.GetCollection<QueuePolicyDocument>(MongoTicketStore.Policies)
            .InsertOneAsync(
                new QueuePolicyDocument
                {
                    QueueId = "listing",
                    Version = 1,
                    Definition = listing,
                },
                null,
                token
            );
        var called = Some.Waiting().Call(Some.Desk("1"), Some.Noon, "op").Next with { QueueId = "listing", CounterId = null };
        var document = NestedAggregate<Ticket>.New(called.Id, called.Version, called).ToBsonDocument();
        document["heldCounter"] = "listing\n1";
        await old.GetCollection<BsonDocument>(MongoTicketStore.Tickets).InsertOneAsync(document, null, token);

        await new MongoSchema("tickets", old, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var counter = Assert.Single(await new MongoCounterStore(old, null).ListAsync(null, PageRequest.First(50), token));
        Assert.Equal(("1", "listing"), (counter.Name, Assert.Single(counter.Queues).QueueId));
        var tickets = new MongoTicketStore(
            old,
            new MongoOutbox("tickets", old, [MongoTicketStore.Tickets], TimeProvider.System),
            TimeProvider.System
        );
        Assert.Equal(called.Id, (await tickets.HeldByAsync(counter.Id, token))!.Id);
        await old.Client.DropDatabaseAsync(old.DatabaseNamespace.DatabaseName, token);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    private Task UpgradeAsync(IReadOnlyList<MongoStep> steps) =>
        new MongoSchema("tickets", database, steps, TimeProvider.System).UpgradeAsync(TestContext.Current.CancellationToken);
}
