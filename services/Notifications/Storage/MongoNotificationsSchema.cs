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
            Builders<NestedAggregate<Notification>>.Filter.Exists(n => n.State.UserId, exists: false)
                & Builders<NestedAggregate<Notification>>.Filter.Ne(n => n.State.Status, DeliveryStatus.Pending),
            n => n.State.CreatedAt
        ),
        new("Browsers of tickets by age", BrowsersAsync),
        new("The fields of notifications at the top of their documents", LayoutAsync),
        new("Appointments and when to remind of them", AppointmentsAsync),
    ];

    /// <summary>What a document of a notification has.</summary>
    internal const string NotificationSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'eventId', 'type', 'template', 'subject', 'message', 'status', 'attempts', 'createdAt', 'outbox'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            eventId: { bsonType: 'string' },
            userId: { bsonType: 'string' },
            ticketId: { bsonType: 'string' },
            branchId: { bsonType: 'string' },
            type: { enum: ['email', 'sms', 'push', 'inapp'] },
            template: { bsonType: 'string' },
            subject: { bsonType: 'string' },
            message: { bsonType: 'string' },
            status: { enum: ['pending', 'sent', 'failed', 'suppressed'] },
            recipient: { bsonType: 'string' },
            language: { bsonType: 'string' },
            nextAttemptAt: { bsonType: 'date' },
            undeliveredSince: { bsonType: 'date' },
            attempts: { bsonType: 'int', minimum: 0 },
            lastError: { bsonType: 'string' },
            createdAt: { bsonType: 'date' },
            sentAt: { bsonType: 'date' },
            contactLeft: { bsonType: 'date' },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

    static MongoNotificationsSchema() => MongoNotificationDocuments.Name();

    // Unique indexes of notifications begin with the branch from now on, by which they can be sharded.
    private static async Task LayoutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        const string All = MongoNotificationStore.NotificationsCollection;
        await MongoLayout.FlattenAsync(
            database,
            All,
            cancellationToken,
            ("state.pendingSince", "state." + MongoNotificationDocuments.UndeliveredSince)
        );
        foreach (var collection in (string[])["preferences", "contacts", MongoNotificationStore.SubscriptionsCollection])
            await MongoLayout.FlattenAsync(database, collection, cancellationToken);
        await MongoAnswers.SplitByBranchAsync(database, All, cancellationToken);
        var keys = Builders<Aggregate<Notification>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Notification>>(All)
            .Indexes.CreateManyAsync(
                [
                    new(
                        keys.Ascending(n => n.State.BranchId).Ascending(n => n.State.EventId).Ascending(n => n.State.Type),
                        new CreateIndexOptions { Name = MongoNotificationStore.EventIndex, Unique = true }
                    ),
                    new(keys.Ascending(n => n.State.UserId).Ascending(n => n.Id), new CreateIndexOptions { Name = "user" }),
                    new(keys.Ascending(n => n.State.BranchId).Ascending(n => n.Id), new CreateIndexOptions { Name = "branch" }),
                    new(
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
        var subscribed = Builders<Aggregate<PushSubscription>>.IndexKeys;
        await database
            .GetCollection<Aggregate<PushSubscription>>(MongoNotificationStore.SubscriptionsCollection)
            .Indexes.CreateManyAsync(
                [
                    new(
                        subscribed.Ascending(s => s.State.UserId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "user" }
                    ),
                    new(
                        subscribed.Ascending(s => s.State.TicketId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "ticket" }
                    ),
                    new(
                        subscribed.Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions<Aggregate<PushSubscription>>
                        {
                            Name = "ticket_age",
                            PartialFilterExpression = Builders<Aggregate<PushSubscription>>.Filter.Exists(s => s.State.TicketId),
                        }
                    ),
                ],
                cancellationToken
            );
        await MongoLayout.ValidateAsync(database, All, NotificationSchema, cancellationToken);
    }

    private static Task AppointmentsAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var keys = Builders<Aggregate<FollowedAppointment>>.IndexKeys;
        var where = Builders<Aggregate<FollowedAppointment>>.Filter;
        return database
            .GetCollection<Aggregate<FollowedAppointment>>(MongoNotificationStore.AppointmentsCollection)
            .Indexes.CreateManyAsync(
                [
                    new(keys.Ascending(a => a.State.Appointment.UserId), new CreateIndexOptions { Name = "user" }),
                    new(keys.Ascending(a => a.State.Appointment.End), new CreateIndexOptions { Name = "end" }),
                    new(
                        keys.Ascending(a => a.State.RemindAt).Ascending(a => a.Id),
                        new CreateIndexOptions<Aggregate<FollowedAppointment>>
                        {
                            Name = "remind",
                            PartialFilterExpression = where.Exists(a => a.State.RemindAt),
                        }
                    ),
                ],
                cancellationToken
            );
    }

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoNotificationStore.NotificationsCollection, cancellationToken);
        var subscriptionKeys = Builders<NestedAggregate<PushSubscription>>.IndexKeys;
        await database
            .GetCollection<NestedAggregate<PushSubscription>>(MongoNotificationStore.SubscriptionsCollection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<NestedAggregate<PushSubscription>>(
                        subscriptionKeys.Ascending(s => s.State.UserId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "user" }
                    ),
                    new CreateIndexModel<NestedAggregate<PushSubscription>>(
                        subscriptionKeys.Ascending(s => s.State.TicketId).Ascending(s => s.State.CreatedAt),
                        new CreateIndexOptions { Name = "ticket" }
                    ),
                ],
                cancellationToken
            );
        var keys = Builders<NestedAggregate<Notification>>.IndexKeys;
        await database
            .GetCollection<NestedAggregate<Notification>>(MongoNotificationStore.NotificationsCollection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<NestedAggregate<Notification>>(
                        keys.Ascending(n => n.State.EventId).Ascending(n => n.State.Type),
                        new CreateIndexOptions { Name = MongoNotificationStore.EventIndex, Unique = true }
                    ),
                    new CreateIndexModel<NestedAggregate<Notification>>(
                        keys.Ascending(n => n.State.UserId).Ascending(n => n.Id),
                        new CreateIndexOptions { Name = "user" }
                    ),
                    new CreateIndexModel<NestedAggregate<Notification>>(
                        keys.Ascending(n => n.State.Type).Ascending(n => n.State.NextAttemptAt).Ascending(n => n.Id),
                        new CreateIndexOptions<NestedAggregate<Notification>>
                        {
                            Name = "pending_due",
                            PartialFilterExpression = Builders<NestedAggregate<Notification>>.Filter.Eq(
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
            .GetCollection<NestedAggregate<PushSubscription>>(MongoNotificationStore.SubscriptionsCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<NestedAggregate<PushSubscription>>(
                    Builders<NestedAggregate<PushSubscription>>.IndexKeys.Ascending(s => s.State.CreatedAt),
                    new CreateIndexOptions<NestedAggregate<PushSubscription>>
                    {
                        Name = "ticket_age",
                        PartialFilterExpression = Builders<NestedAggregate<PushSubscription>>.Filter.Exists(s => s.State.TicketId),
                    }
                ),
                cancellationToken: cancellationToken
            );

    // All tickets there were are of the main branch.
    private static async Task BranchesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var notifications = database.GetCollection<NestedAggregate<Notification>>(MongoNotificationStore.NotificationsCollection);
        var where = Builders<NestedAggregate<Notification>>.Filter;
        await notifications.UpdateManyAsync(
            where.Ne(n => n.State.TicketId, null) & where.Eq(n => n.State.BranchId, null),
            Builders<NestedAggregate<Notification>>.Update.Set(n => n.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        await notifications.Indexes.CreateOneAsync(
            new CreateIndexModel<NestedAggregate<Notification>>(
                Builders<NestedAggregate<Notification>>.IndexKeys.Ascending(n => n.State.BranchId).Ascending(n => n.Id),
                new CreateIndexOptions { Name = "branch" }
            ),
            cancellationToken: cancellationToken
        );
    }
}
