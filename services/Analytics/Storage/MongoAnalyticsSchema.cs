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
    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(MongoAnalyticsStore.TrackedCollection),
        new("Tracked events are listed", ListTrackedAsync),
        new("Branches, and what counters and their operators did", AddBranchesAsync),
        MongoOutbox.Step(MongoAnalyticsStore.TrackedCollection),
        new("Rollups by age", RollupsByAgeAsync),
        new("Waits by quarter of an hour", RollUpAgainAsync),
    ];

    // They are made again of the facts, a few at a time; until then the facts are read.
    private static Task RollUpAgainAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<RollupDocument>(MongoAnalyticsStore.RollupsCollection)
            .UpdateManyAsync(
                r => r.QueueId != CounterWork.InsteadOfQueue,
                Builders<RollupDocument>.Update.Set(r => r.Stale, true).Inc(r => r.Generation, 1),
                cancellationToken: cancellationToken
            );

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
        var facts = database.GetCollection<Aggregate<TicketFact>>(MongoAnalyticsStore.FactsCollection);
        await facts.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<Aggregate<TicketFact>>(
                    Builders<Aggregate<TicketFact>>.IndexKeys.Ascending(f => f.State.QueueId).Ascending(f => f.State.CreatedAt),
                    new CreateIndexOptions { Name = "queue" }
                ),
                new CreateIndexModel<Aggregate<TicketFact>>(
                    Builders<Aggregate<TicketFact>>
                        .IndexKeys.Ascending(f => f.State.UserId)
                        .Ascending(f => f.State.CreatedAt)
                        .Ascending(f => f.Id),
                    new CreateIndexOptions<Aggregate<TicketFact>>
                    {
                        Name = "user",
                        PartialFilterExpression = Builders<Aggregate<TicketFact>>.Filter.Exists(f => f.State.UserId),
                    }
                ),
            ],
            cancellationToken
        );
        await facts.Indexes.CreateOneAsync(
            new CreateIndexModel<Aggregate<TicketFact>>(
                Builders<Aggregate<TicketFact>>.IndexKeys.Ascending(f => f.State.CreatedAt),
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
            .GetCollection<Aggregate<TrackedEvent>>(MongoAnalyticsStore.TrackedCollection)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<Aggregate<TrackedEvent>>(
                    Builders<Aggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.UserId),
                    new CreateIndexOptions { Name = "user" }
                ),
                cancellationToken: cancellationToken
            );
    }

    private static async Task ListTrackedAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var tracked = database.GetCollection<Aggregate<TrackedEvent>>(MongoAnalyticsStore.TrackedCollection);
        await tracked.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<Aggregate<TrackedEvent>>(
                    Builders<Aggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.UserId).Ascending(t => t.Id),
                    new CreateIndexOptions { Name = "by_user" }
                ),
                new CreateIndexModel<Aggregate<TrackedEvent>>(
                    Builders<Aggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.QueueId).Ascending(t => t.Id),
                    new CreateIndexOptions { Name = "by_queue" }
                ),
                new CreateIndexModel<Aggregate<TrackedEvent>>(
                    Builders<Aggregate<TrackedEvent>>.IndexKeys.Ascending(t => t.State.EventType).Ascending(t => t.Id),
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
        var facts = database.GetCollection<Aggregate<TicketFact>>(MongoAnalyticsStore.FactsCollection);
        await facts.UpdateManyAsync(
            Builders<Aggregate<TicketFact>>.Filter.Exists(f => f.State.BranchId, exists: false),
            Builders<Aggregate<TicketFact>>.Update.Set(f => f.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        var queues = database.GetCollection<Aggregate<QueueProfile>>(MongoAnalyticsStore.QueuesCollection);
        await queues.UpdateManyAsync(
            Builders<Aggregate<QueueProfile>>.Filter.Exists(q => q.State.BranchId, exists: false),
            Builders<Aggregate<QueueProfile>>.Update.Set(q => q.State.BranchId, Branches.Main),
            cancellationToken: cancellationToken
        );
        var keys = Builders<Aggregate<TicketFact>>.IndexKeys;
        await facts.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<Aggregate<TicketFact>>(
                    keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.QueueId).Ascending(f => f.State.CreatedAt),
                    new CreateIndexOptions { Name = "branch_queue" }
                ),
                new CreateIndexModel<Aggregate<TicketFact>>(
                    keys.Ascending(f => f.State.BranchId).Ascending(f => f.State.CalledAt).Ascending(f => f.State.ClosedAt),
                    new CreateIndexOptions<Aggregate<TicketFact>>
                    {
                        Name = "held",
                        PartialFilterExpression = Builders<Aggregate<TicketFact>>.Filter.Exists(f => f.State.CalledAt),
                    }
                ),
                Running("called", TicketStatus.Called),
                Running("serving", TicketStatus.Serving),
                new CreateIndexModel<Aggregate<TicketFact>>(
                    keys.Ascending(f => f.State.ServedBy),
                    new CreateIndexOptions<Aggregate<TicketFact>>
                    {
                        Name = "served_by",
                        PartialFilterExpression = Builders<Aggregate<TicketFact>>.Filter.Exists(f => f.State.ServedBy),
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
            .Find(Builders<Aggregate<TicketFact>>.Filter.Exists(f => f.State.ClosedAt))
            .ForEachAsync(f => hours.UnionWith(HeldTime.Hours(f.State).Select(h => (f.State.BranchId, h))), cancellationToken);
        foreach (var (branchId, hour) in hours)
            await MongoAnalyticsStore.MarkStaleAsync(rollups, branchId, CounterWork.InsteadOfQueue, hour, cancellationToken);

        CreateIndexModel<Aggregate<TicketFact>> Running(string name, TicketStatus status) =>
            new(
                keys.Ascending(f => f.State.BranchId),
                new CreateIndexOptions<Aggregate<TicketFact>>
                {
                    Name = name,
                    PartialFilterExpression = Builders<Aggregate<TicketFact>>.Filter.Eq(f => f.State.Status, status),
                }
            );
    }
}
