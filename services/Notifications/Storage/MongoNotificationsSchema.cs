using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoNotificationsSchema
{
    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(MongoNotificationStore.NotificationsCollection),
        new("What addresses got of late, and answers beside subscriptions", ThirdAsync),
        new("Branches of notifications", BranchesAsync),
        MongoOutbox.Step(MongoNotificationStore.NotificationsCollection),
        // See Notification.ContactLeftAt.
        MongoContacts.Step(
            MongoNotificationStore.NotificationsCollection,
            Builders<Aggregate<Notification>>.Filter.Exists(n => n.State.UserId, exists: false)
                & Builders<Aggregate<Notification>>.Filter.Ne(n => n.State.Status, DeliveryStatus.Pending),
            n => n.State.CreatedAt
        ),
        new("Browsers of tickets by age", BrowsersAsync),
    ];

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoNotificationStore.NotificationsCollection, cancellationToken);
        var subscriptionKeys = Builders<Aggregate<PushSubscription>>.IndexKeys;
        await database
            .GetCollection<Aggregate<PushSubscription>>(MongoNotificationStore.SubscriptionsCollection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<Aggregate<PushSubscription>>(
                        subscriptionKeys.Ascending(s => s.State.UserId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "user" }
                    ),
                    new CreateIndexModel<Aggregate<PushSubscription>>(
                        subscriptionKeys.Ascending(s => s.State.TicketId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "ticket" }
                    ),
                ],
                cancellationToken
            );
        var keys = Builders<Aggregate<Notification>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Notification>>(MongoNotificationStore.NotificationsCollection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<Aggregate<Notification>>(
                        keys.Ascending(n => n.State.EventId).Ascending(n => n.State.Type),
                        new CreateIndexOptions { Name = MongoNotificationStore.EventIndex, Unique = true }
                    ),
                    new CreateIndexModel<Aggregate<Notification>>(
                        keys.Ascending(n => n.State.UserId).Ascending(n => n.Id),
                        new CreateIndexOptions { Name = "user" }
                    ),
                    new CreateIndexModel<Aggregate<Notification>>(
                        keys.Ascending(n => n.State.Type).Ascending(n => n.State.NextAttemptAt).Ascending(n => n.Id),
                        new CreateIndexOptions<Aggregate<Notification>>
                        {
                            Name = "pending_due",
                            PartialFilterExpression = Builders<Aggregate<Notification>>.Filter.Eq(
                                n => n.State.Status,
                                DeliveryStatus.Pending
                            ),
                        }
                    ),
                ],
                cancellationToken
            );
    }

    private static async Task ThirdAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await database
            .GetCollection<MongoAddressCount>(MongoNotificationStore.AdmittedCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<MongoAddressCount>(
                    Builders<MongoAddressCount>.IndexKeys.Ascending(a => a.ForgottenAt),
                    new CreateIndexOptions { Name = "forgotten", ExpireAfter = TimeSpan.Zero }
                ),
                cancellationToken: cancellationToken
            );
        await MongoAnswers.CreateIndexesAsync(
            database.GetCollection<AnswerItem>(MongoNotificationStore.AnswersCollection),
            cancellationToken
        );
    }

    private static Task BrowsersAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<Aggregate<PushSubscription>>(MongoNotificationStore.SubscriptionsCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<Aggregate<PushSubscription>>(
                    Builders<Aggregate<PushSubscription>>.IndexKeys.Ascending(s => s.State.CreatedAt),
                    new CreateIndexOptions<Aggregate<PushSubscription>>
                    {
                        Name = "ticket_age",
                        PartialFilterExpression = Builders<Aggregate<PushSubscription>>.Filter.Exists(s => s.State.TicketId),
                    }
                ),
                cancellationToken: cancellationToken
            );

    // All tickets there were are of the main branch.
    private static async Task BranchesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var notifications = database.GetCollection<Aggregate<Notification>>(MongoNotificationStore.NotificationsCollection);
        var where = Builders<Aggregate<Notification>>.Filter;
        await notifications.UpdateManyAsync(
            where.Ne(n => n.State.TicketId, null) & where.Eq(n => n.State.BranchId, null),
            Builders<Aggregate<Notification>>.Update.Set(n => n.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        await notifications.Indexes.CreateOneAsync(
            new CreateIndexModel<Aggregate<Notification>>(
                Builders<Aggregate<Notification>>.IndexKeys.Ascending(n => n.State.BranchId).Ascending(n => n.Id),
                new CreateIndexOptions { Name = "branch" }
            ),
            cancellationToken: cancellationToken
        );
    }
}
