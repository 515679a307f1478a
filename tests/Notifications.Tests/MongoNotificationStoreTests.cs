using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class MongoNotificationStoreTests : NotificationStoreContract
{
    private IMongoDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public async Task Unique_indexes_of_notifications_begin_with_the_branch_by_which_they_are_sharded()
    {
        await OpenAsync();
        Assert.Equal(
            ["branchId answer.key", "branchId answers.key", "branchId eventId type"],
            await TestMongo.UniqueKeysAsync(database!, MongoNotificationStore.NotificationsCollection)
        );
    }

    [Fact]
    public async Task Notifications_whose_fields_were_in_a_state_of_their_own_go_on_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        database = await TestMongo.DatabaseAsync();
        await new MongoSchema("notifications", database, [.. MongoNotificationsSchema.Steps.Take(7)], TimeProvider.System).UpgradeAsync(
            token
        );
        var notification = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1"))) with { PendingSince = Samples.Morning };
        var document = NestedAggregate<Notification>.New(notification.Id, 1, notification).ToBsonDocument();
        // As its name was.
        document["state"]["pendingSince"] = document["state"]["undeliveredSince"];
        document["state"].AsBsonDocument.Remove("undeliveredSince");
        await database
            .GetCollection<BsonDocument>(MongoNotificationStore.NotificationsCollection)
            .InsertOneAsync(document, cancellationToken: token);

        await new MongoSchema("notifications", database, MongoNotificationsSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var outbox = new MongoOutbox("notifications", database, [MongoNotificationStore.NotificationsCollection], TimeProvider.System);
        var store = new MongoNotificationStore(database, outbox);
        Assert.Equal(notification, await store.FindAsync(notification.Id, token));
        Assert.Empty(await outbox.ClaimAsync(10, [], token));
        Assert.False(await store.AddAsync(notification with { Id = "another" }, null, token));
    }

    protected override async Task<(object Store, IOutbox Outbox)> OpenAsync()
    {
        var token = TestContext.Current.CancellationToken;
        database = await TestMongo.DatabaseAsync();
        var outbox = new MongoOutbox("notifications", database, [MongoNotificationStore.NotificationsCollection], TimeProvider.System);
        await new MongoSchema("notifications", database, MongoNotificationsSchema.Steps, TimeProvider.System).UpgradeAsync(token);
        var store = new MongoNotificationStore(database, outbox);
        return (store, outbox);
    }
}
