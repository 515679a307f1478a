using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Appointments.Tests;

public sealed class MongoFeedStoreTests : FeedStoreContract
{
    private protected override async Task<IFeedStore> OpenAsync()
    {
        var database = await TestMongo.DatabaseAsync();
        await new MongoSchema("appointments", database, MongoAppointmentsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return new MongoFeedStore(database);
    }
}
