using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Appointments.Tests;

public sealed class MongoAppointmentStoreTests : AppointmentStoreContract
{
    private protected override async Task<(IAppointmentStore Store, IOutbox Outbox)> OpenAsync()
    {
        var database = await TestMongo.DatabaseAsync();
        var outbox = new MongoOutbox("appointments", database, [MongoAppointmentStore.Appointments], TimeProvider.System);
        await new MongoSchema("appointments", database, MongoAppointmentsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return (new MongoAppointmentStore(database, outbox), outbox);
    }

    [Fact]
    public async Task Every_unique_index_begins_with_the_branch()
    {
        var database = await TestMongo.DatabaseAsync();
        await new MongoSchema("appointments", database, MongoAppointmentsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );

        var keys = await TestMongo.UniqueKeysAsync(database, MongoAppointmentStore.Appointments);

        Assert.Contains("branchId queueId start place", keys);
        Assert.All(keys, k => Assert.StartsWith("branchId ", k, StringComparison.Ordinal));
    }
}
