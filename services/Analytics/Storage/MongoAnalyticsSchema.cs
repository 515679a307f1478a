using System.Linq.Expressions;
using MongoDB.Driver;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Analytics.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoAnalyticsSchema
{
    private const string EarlierFacts = "facts";

    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(MongoAnalyticsStore.TrackedCollection),
        new("Tracked events are listed", ListTrackedAsync),
        new("Branches, and what counters and their operators did", AddBranchesAsync),
        MongoOutbox.Step(MongoAnalyticsStore.TrackedCollection),
        new("Rollups by age", RollupsByAgeAsync),
        new("The fields of facts at the top of their documents", LayoutAsync),
        new("Waits by quarter of an hour", RollUpAgainAsync),
        new("Appointments", AddAppointmentsAsync),
    ];

    /// <summary>What a document of a fact has: what is known of one ticket.</summary>
    internal const string FactSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'ticketId', 'ticketNumber', 'branchId', 'queueId', 'serviceDay', 'status', 'priority', 'recalls',
            'createdAt', 'queuedAt', 'ticketVersion'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            ticketId: { bsonType: 'string' },
            ticketNumber: { bsonType: 'string' },
            branchId: { bsonType: 'string' },
            queueId: { bsonType: 'string' },
            userId: { bsonType: 'string' },
            serviceDay: { bsonType: 'date' },
            status: { enum: ['Waiting', 'Called', 'Serving', 'Parked', 'Served', 'Cancelled', 'NoShow', 'Transferred', 'Expired'] },
            priority: { bsonType: 'int' },
            counter: { bsonType: 'string' },
            counterId: { bsonType: 'string' },
            servedBy: { bsonType: 'string' },
            recalls: { bsonType: 'int', minimum: 0 },
            createdAt: { bsonType: 'date' },
            queuedAt: { bsonType: 'date' },
            firstCalledAt: { bsonType: 'date' },
            calledAt: { bsonType: 'date' },
            servingAt: { bsonType: 'date' },
            servedAt: { bsonType: 'date' },
            closedAt: { bsonType: 'date' },
            ticketVersion: { bsonType: ['int', 'long'], minimum: 1 }
          }
        }
        """;

    static MongoAnalyticsSchema() => MongoAnalyticsDocuments.Name();

    private static async Task LayoutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoLayout.RenameAsync(database, EarlierFacts, MongoAnalyticsStore.FactsCollection, cancellationToken);
        await MongoLayout.FlattenAsync(
            database,
            MongoAnalyticsStore.FactsCollection,
            cancellationToken,
            ("state.version", "state." + MongoAnalyticsDocuments.TicketVersion)
        );
        await MongoLayout.FlattenAsync(
            database,
            MongoAnalyticsStore.QueuesCollection,
            cancellationToken,
            ("state.version", "state." + MongoAnalyticsDocuments.QueueVersion)
        );
        await MongoLayout.FlattenAsync(database, MongoAnalyticsStore.TrackedCollection, cancellationToken);
        var keys = Builders<Aggregate<TicketFact>>.IndexKeys;
        var where = Builders<Aggregate<TicketFact>>.Filter;
        await database
            .GetCollection<Aggregate<TicketFact>>(MongoAnalyticsStore.FactsCollection)
            .Indexes.CreateManyAsync(
                [
                    Of(
                        "user",
                        keys.Ascending(f => f.State.UserId).Ascending(f => f.State.CreatedAt).Ascending(f => f.Id),
                        where.Exists(f => f.State.UserId)
                    ),
                    Of("age", keys.Ascending(f => f.State.CreatedAt)),
                    Of(
                        "branch_queue",
                        keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.QueueId).Ascending(f => f.State.CreatedAt)
                    ),
                    Of(
                        "held",
                        keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.CalledAt).Ascending(f => f.State.ClosedAt),
                        where.Exists(f => f.State.CalledAt)
                    ),
                    Of(
                        "called",
                        keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.CalledAt),
                        where.Eq(f => f.State.Status, TicketStatus.Called)
                    ),
                    Of(
                        "serving",
                        keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.ServingAt),
                        where.Eq(f => f.State.Status, TicketStatus.Serving)
                    ),
                    Of("served_by", keys.Ascending(f => f.State.ServedBy), where.Exists(f => f.State.ServedBy)),
                    // That of a shard key.
                    Of("branch", keys.Ascending(f => f.State.BranchId).Ascending(f => f.Id)),
                ],
                cancellationToken
            );
        var told = Builders<Aggregate<TrackedEvent>>.IndexKeys;
        await database
            .GetCollection<Aggregate<TrackedEvent>>(MongoAnalyticsStore.TrackedCollection)
            .Indexes.CreateManyAsync(
                [
                    Of("by_user", told.Ascending(t => t.State.UserId).Ascending(t => t.Id)),
                    Of("by_queue", told.Ascending(t => t.State.QueueId).Ascending(t => t.Id)),
                    Of("by_type", told.Ascending(t => t.State.EventType).Ascending(t => t.Id)),
                ],
                cancellationToken
            );
        await MongoLayout.ValidateAsync(database, MongoAnalyticsStore.FactsCollection, FactSchema, cancellationToken);

        static CreateIndexModel<T> Of<T>(string name, IndexKeysDefinition<T> keys, FilterDefinition<T>? partial = null) =>
            new(keys, new CreateIndexOptions<T> { Name = name, PartialFilterExpression = partial });
    }

    // They are made again of the facts, a few at a time; until then the facts are read.
    private static Task RollUpAgainAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<RollupDocument>(MongoAnalyticsStore.RollupsCollection)
            .UpdateManyAsync(
                r => r.QueueId != CounterWork.InsteadOfQueue,
                Builders<RollupDocument>.Update.Set(r => r.Stale, true).Inc(r => r.Generation, 1),
                cancellationToken: cancellationToken
            );

    private static Task AddAppointmentsAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var keys = Builders<Aggregate<AppointmentFact>>.IndexKeys;
        return database
            .GetCollection<Aggregate<AppointmentFact>>(MongoAnalyticsStore.AppointmentsCollection)
            .Indexes.CreateManyAsync(
                [
                    // Holds all that counts are made of.
                    Of(
                        "branch_queue",
                        keys.Ascending(a => a.State.BranchId)
                            .Ascending(a => a.State.QueueId)
                            .Ascending(a => a.State.Start)
                            .Ascending(a => a.State.Outcome)
                    ),
                    Of("age", keys.Ascending(a => a.State.Start)),
                    // That of a shard key.
                    Of("branch", keys.Ascending(a => a.State.BranchId).Ascending(a => a.Id)),
                ],
                cancellationToken
            );

        static CreateIndexModel<Aggregate<AppointmentFact>> Of(string name, IndexKeysDefinition<Aggregate<AppointmentFact>> keys) =>
            new(keys, new CreateIndexOptions { Name = name });
    }

    private static Task RollupsByAgeAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<RollupDocument>(MongoAnalyticsStore.RollupsCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<RollupDocument>(
                    Builders<RollupDocument>.IndexKeys.Ascending(r => r.Hour).Ascending(r => r.Id),
                    // The index of those to be reckoned again has the hour alone, and holds no others.
                    new CreateIndexOptions { Name = "age" }
                ),
                cancellationToken: cancellationToken
            );

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoAnalyticsStore.TrackedCollection, cancellationToken);
        var facts = database.GetCollection<NestedAggregate<TicketFact>>(EarlierFacts);
        await facts.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<NestedAggregate<TicketFact>>(
                    Builders<NestedAggregate<TicketFact>>.IndexKeys.Ascending(f => f.State.QueueId).Ascending(f => f.State.CreatedAt),
                    new CreateIndexOptions { Name = "queue" }
                ),
                new CreateIndexModel<NestedAggregate<TicketFact>>(
                    Builders<NestedAggregate<TicketFact>>
                        .IndexKeys.Ascending(f => f.State.UserId)
                        .Ascending(f => f.State.CreatedAt)
                        .Ascending(f => f.Id),
                    new CreateIndexOptions<NestedAggregate<TicketFact>>
                    {
                        Name = "user",
                        PartialFilterExpression = Builders<NestedAggregate<TicketFact>>.Filter.Exists(f => f.State.UserId),
                    }
                ),
            ],
            cancellationToken
        );
        await facts.Indexes.CreateOneAsync(
            new CreateIndexModel<NestedAggregate<TicketFact>>(
                Builders<NestedAggregate<TicketFact>>.IndexKeys.Ascending(f => f.State.CreatedAt),
                new CreateIndexOptions { Name = "age" }
            ),
            cancellationToken: cancellationToken
        );
        await database
            .GetCollection<RollupDocument>(MongoAnalyticsStore.RollupsCollection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<RollupDocument>(
                        Builders<RollupDocument>.IndexKeys.Ascending(r => r.QueueId).Ascending(r => r.Hour),
                        new CreateIndexOptions { Name = "queue", Unique = true }
                    ),
                    new CreateIndexModel<RollupDocument>(
                        Builders<RollupDocument>.IndexKeys.Ascending(r => r.Hour),
                        new CreateIndexOptions<RollupDocument>
                        {
                            Name = "stale",
                            PartialFilterExpression = Builders<RollupDocument>.Filter.Eq(r => r.Stale, true),
                        }
                    ),
                ],
                cancellationToken
            );
        await database
            .GetCollection<NestedAggregate<TrackedEvent>>(MongoAnalyticsStore.TrackedCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<NestedAggregate<TrackedEvent>>(
                    Builders<NestedAggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.UserId),
                    new CreateIndexOptions { Name = "user" }
                ),
                cancellationToken: cancellationToken
            );
    }

    private static async Task ListTrackedAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var tracked = database.GetCollection<NestedAggregate<TrackedEvent>>(MongoAnalyticsStore.TrackedCollection);
        await tracked.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<NestedAggregate<TrackedEvent>>(
                    Builders<NestedAggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.UserId).Ascending(t => t.Id),
                    new CreateIndexOptions { Name = "by_user" }
                ),
                new CreateIndexModel<NestedAggregate<TrackedEvent>>(
                    Builders<NestedAggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.QueueId).Ascending(t => t.Id),
                    new CreateIndexOptions { Name = "by_queue" }
                ),
                new CreateIndexModel<NestedAggregate<TrackedEvent>>(
                    Builders<NestedAggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.EventType).Ascending(t => t.Id),
                    new CreateIndexOptions { Name = "by_type" }
                ),
            ],
            cancellationToken
        );
        // The one by account and id serves what it served.
        await tracked.Indexes.DropIfThereAsync("user", cancellationToken);
    }

    // What counters did is made of the facts again, hour by hour; figures of queues stay as they were computed.
    private static async Task AddBranchesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var facts = database.GetCollection<NestedAggregate<TicketFact>>(EarlierFacts);
        await facts.UpdateManyAsync(
            Builders<NestedAggregate<TicketFact>>.Filter.Exists(f => f.State.BranchId, exists: false),
            Builders<NestedAggregate<TicketFact>>.Update.Set(f => f.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        var queues = database.GetCollection<NestedAggregate<QueueProfile>>(MongoAnalyticsStore.QueuesCollection);
        await queues.UpdateManyAsync(
            Builders<NestedAggregate<QueueProfile>>.Filter.Exists(q => q.State.BranchId, exists: false),
            Builders<NestedAggregate<QueueProfile>>.Update.Set(q => q.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        var keys = Builders<NestedAggregate<TicketFact>>.IndexKeys;
        await facts.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<NestedAggregate<TicketFact>>(
                    keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.QueueId).Ascending(f => f.State.CreatedAt),
                    new CreateIndexOptions { Name = "branch_queue" }
                ),
                new CreateIndexModel<NestedAggregate<TicketFact>>(
                    keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.CalledAt).Ascending(f => f.State.ClosedAt),
                    new CreateIndexOptions<NestedAggregate<TicketFact>>
                    {
                        Name = "held",
                        PartialFilterExpression = Builders<NestedAggregate<TicketFact>>.Filter.Exists(f => f.State.CalledAt),
                    }
                ),
                // MongoDB 4.4 refuses two indexes of the same fields, partial or not.
                Running("called", TicketStatus.Called, f => f.State.CalledAt),
                Running("serving", TicketStatus.Serving, f => f.State.ServingAt),
                new CreateIndexModel<NestedAggregate<TicketFact>>(
                    keys.Ascending(f => f.State.ServedBy),
                    new CreateIndexOptions<NestedAggregate<TicketFact>>
                    {
                        Name = "served_by",
                        PartialFilterExpression = Builders<NestedAggregate<TicketFact>>.Filter.Exists(f => f.State.ServedBy),
                    }
                ),
            ],
            cancellationToken
        );
        await facts.Indexes.DropIfThereAsync("queue", cancellationToken);

        var rollups = database.GetCollection<RollupDocument>(MongoAnalyticsStore.RollupsCollection);
        await rollups.UpdateManyAsync(
            Builders<RollupDocument>.Filter.Exists(r => r.BranchId, exists: false),
            Builders<RollupDocument>.Update.Set(r => r.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        await rollups.Indexes.CreateOneAsync(
            new CreateIndexModel<RollupDocument>(
                Builders<RollupDocument>.IndexKeys.Ascending(r => r.BranchId).Ascending(r => r.QueueId).Ascending(r => r.Hour),
                new CreateIndexOptions { Name = "branch_queue", Unique = true }
            ),
            cancellationToken: cancellationToken
        );
        await rollups.Indexes.DropIfThereAsync("queue", cancellationToken);

        var sessions = database.GetCollection<SessionDocument>(MongoAnalyticsStore.SessionsCollection);
        await sessions.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<SessionDocument>(
                    Builders<SessionDocument>.IndexKeys.Ascending(s => s.BranchId).Ascending(s => s.CounterId).Ascending(s => s.Version),
                    new CreateIndexOptions { Name = "counter", Unique = true }
                ),
                new CreateIndexModel<SessionDocument>(
                    Builders<SessionDocument>.IndexKeys.Ascending(s => s.BranchId).Ascending(s => s.Until).Ascending(s => s.At),
                    new CreateIndexOptions { Name = "time" }
                ),
                new CreateIndexModel<SessionDocument>(
                    Builders<SessionDocument>.IndexKeys.Ascending(s => s.OperatorId),
                    new CreateIndexOptions<SessionDocument>
                    {
                        Name = "operator",
                        PartialFilterExpression = Builders<SessionDocument>.Filter.Exists(s => s.OperatorId),
                    }
                ),
            ],
            cancellationToken
        );
        var hours = new HashSet<(string BranchId, long Hour)>();
        await facts
            .Find(Builders<NestedAggregate<TicketFact>>.Filter.Exists(f => f.State.ClosedAt))
            .ForEachAsync(f => hours.UnionWith(HeldTime.Hours(f.State).Select(h => (f.State.BranchId, h))), cancellationToken);
        foreach (var (branchId, hour) in hours)
            await MongoAnalyticsStore.MarkStaleAsync(rollups, branchId, CounterWork.InsteadOfQueue, hour, cancellationToken);

        CreateIndexModel<NestedAggregate<TicketFact>> Running(
            string name,
            TicketStatus status,
            Expression<Func<NestedAggregate<TicketFact>, object?>> since
        ) =>
            new(
                keys.Ascending(f => f.State.BranchId).Ascending(since),
                new CreateIndexOptions<NestedAggregate<TicketFact>>
                {
                    Name = name,
                    PartialFilterExpression = Builders<NestedAggregate<TicketFact>>.Filter.Eq(f => f.State.Status, status),
                }
            );
    }
}
