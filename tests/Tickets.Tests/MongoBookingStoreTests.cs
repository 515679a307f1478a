using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class MongoBookingStoreTests : BookingStoreContract
{
    private IMongoDatabase database = null!;

    private protected override IBookingStore Store => new MongoBookingStore(database);

    public override async ValueTask InitializeAsync()
    {
        database = await TestMongo.DatabaseAsync();
        await new MongoSchema("tickets", database, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }
}
