using MongoDB.Driver;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Tests;

public sealed class MongoUserStoreTests : UserStoreContract
{
    private IMongoDatabase database = null!;
    private MongoUserStore store = null!;
    private MongoOutbox outbox = null!;

    private protected override IUserStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = await TestMongo.DatabaseAsync();
        outbox = new MongoOutbox("users", database, [MongoUserStore.Accounts, MongoUserStore.Invitations], TimeProvider.System);
        store = new MongoUserStore(database, outbox, TimeProvider.System);
        await new MongoSchema("users", database, MongoUsersSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }
}
