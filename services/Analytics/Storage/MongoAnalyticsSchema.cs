using MongoDB.Driver;
using SmartQueue.Analytics.Facts;
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
    ];

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
        using var indexes = await tracked.Indexes.ListAsync(cancellationToken);
        if ((await indexes.ToListAsync(cancellationToken)).Any(i => i["name"] == "user"))
            await tracked.Indexes.DropOneAsync("user", cancellationToken);
    }
}
