using MongoDB.Driver;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Users.Domain;
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
        outbox = new MongoOutbox("users", database, [MongoUserStore.Users, MongoUserStore.Invitations], TimeProvider.System);
        store = new MongoUserStore(database, outbox, TimeProvider.System);
        await new MongoSchema("users", database, MongoUsersSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
    }

    [Fact]
    public async Task Accounts_whose_fields_were_in_a_state_of_their_own_go_on_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        var old = await TestMongo.DatabaseAsync();
        await new MongoSchema("users", old, [.. MongoUsersSchema.Steps.Take(6)], TimeProvider.System).UpgradeAsync(token);
        var registered = Some.Registered();
        await old.GetCollection<NestedAggregate<Account>>("accounts")
            .InsertOneAsync(
                NestedAggregate<Account>.New(registered.Next.Id, 1, registered.Next, registered.Events),
                cancellationToken: token
            );

        await new MongoSchema("users", old, MongoUsersSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var waiting = new MongoOutbox("users", old, [MongoUserStore.Users, MongoUserStore.Invitations], TimeProvider.System);
        var upgraded = new MongoUserStore(old, waiting, TimeProvider.System);
        Assert.Equal(registered.Next, await upgraded.FindByEmailAsync(registered.Next.Email, token));
        Assert.Single(await waiting.ClaimAsync(10, [], token));
        await Assert.ThrowsAsync<RefusedException>(() => upgraded.AddAsync(Some.Registered(), null, null, token));
        await old.Client.DropDatabaseAsync(old.DatabaseNamespace.DatabaseName, token);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }
}
