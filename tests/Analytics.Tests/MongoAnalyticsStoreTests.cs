using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class MongoAnalyticsStoreTests : AnalyticsStoreContract
{
    private IMongoDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public async Task Facts_whose_fields_were_in_a_state_of_their_own_go_on_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        database = await TestMongo.DatabaseAsync();
        await new MongoSchema("analytics", database, [.. MongoAnalyticsSchema.Steps.Take(6)], TimeProvider.System).UpgradeAsync(token);
        var ticket = Samples.Ticket("t", Samples.Morning, "user-1");
        var fact = TicketFact.Of(ticket.Called(Samples.Morning.AddSeconds(5)));
        var document = NestedAggregate<TicketFact>.New("t", 3, fact).ToBsonDocument();
        // As its name was.
        document["state"]["version"] = document["state"]["ticketVersion"];
        document["state"].AsBsonDocument.Remove("ticketVersion");
        await database.GetCollection<BsonDocument>("facts").InsertOneAsync(document, cancellationToken: token);

        await new MongoSchema("analytics", database, MongoAnalyticsSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var store = new MongoAnalyticsStore(database);
        Assert.Equal(fact, Assert.Single(await store.TicketsOfUserAsync("user-1", null, null, null, token)));
        // One that comes late changes nothing, by the version of the ticket.
        await store.RecordTicketAsync(TicketFact.Of(ticket), token);
        Assert.Equal(fact, Assert.Single(await store.TicketsOfUserAsync("user-1", null, null, null, token)));
    }

    protected override async Task<object> OpenAsync()
    {
        database = await TestMongo.DatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await new MongoSchema("analytics", database, MongoAnalyticsSchema.Steps, TimeProvider.System).UpgradeAsync(token);
        var store = new MongoAnalyticsStore(database);
        return store;
    }
}
