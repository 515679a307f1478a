using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class MongoTicketStoreTests : TicketStoreContract
{
    private IMongoDatabase database = null!;
    private MongoTicketStore store = null!;
    private MongoOutbox outbox = null!;

    private protected override ITicketStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = await TestMongo.DatabaseAsync();
        outbox = new MongoOutbox("tickets", database, [MongoTicketStore.Tickets], TimeProvider.System);
        store = new MongoTicketStore(database, outbox, TimeProvider.System);
        await new MongoSchema("tickets", database, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public async Task A_place_whose_request_died_comes_back_and_its_late_ticket_is_refused()
    {
        var token = TestContext.Current.CancellationToken;
        var lines = database.GetCollection<BsonDocument>("lines");
        await TakeAsync();
        var orphan = new BsonDocument { ["ticketId"] = "dead", ["at"] = DateTime.UtcNow.AddHours(-1) };
        await lines.UpdateOneAsync(
            new BsonDocument("_id", "q1"),
            new BsonDocument("$push", new BsonDocument("places", orphan)),
            cancellationToken: token
        );
        Assert.Equal(1, await store.RecoverAsync(DateTimeOffset.UtcNow.AddMinutes(-1), token));
        Assert.Single((await lines.Find(new BsonDocument("_id", "q1")).SingleAsync(token))["places"].AsBsonArray);
        var late = Some.Waiting() with { Id = "dead" };
        await Assert.ThrowsAsync<MongoWriteException>(() =>
            database
                .GetCollection<Aggregate<Ticket>>("tickets")
                .InsertOneAsync(Aggregate<Ticket>.New("dead", 1, late, null), cancellationToken: token)
        );
        Assert.Equal(TicketStatus.Waiting, (await store.OpenAsync("q1", token)).Single().Status);
    }
}
