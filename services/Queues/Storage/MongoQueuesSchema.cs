using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoQueuesSchema
{
    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(MongoQueueStore.Queues),
        new("A queue's state holds its definition as it is told", DefinitionAsync),
        new("A prefix is one queue's, the first's where several have it", PrefixesAsync),
    ];

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        // Queues are read by id and listed in its order, so they need no index of their own.
        await MongoOutbox.CreateIndexesAsync(database, MongoQueueStore.Queues, cancellationToken);
        var keys = Builders<LineTicket>.IndexKeys;
        // Absent times are not stored, so the active ones cannot have a partial index of their own: they are found as those without
        // closedAt.
        await database
            .GetCollection<LineTicket>(MongoLineStore.Tickets)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<LineTicket>(
                        keys.Ascending(t => t.QueueId).Ascending(t => t.ClosedAt),
                        new CreateIndexOptions { Name = "line_closed" }
                    ),
                    new CreateIndexModel<LineTicket>(
                        keys.Ascending(t => t.QueueId).Ascending(t => t.CalledAt),
                        new CreateIndexOptions { Name = "line_called" }
                    ),
                    new CreateIndexModel<LineTicket>(keys.Ascending(t => t.ClosedAt), new CreateIndexOptions { Name = "line_old" }),
                ],
                cancellationToken
            );
    }

    private static Task DefinitionAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<BsonDocument>(MongoQueueStore.Queues)
            .UpdateManyAsync(
                Builders<BsonDocument>.Filter.Exists("state.settings"),
                Builders<BsonDocument>.Update.Pipeline(
                    new BsonDocument[]
                    {
                        new(
                            "$set",
                            new BsonDocument(
                                "state.definition",
                                new BsonDocument(
                                    "$mergeObjects",
                                    new BsonArray
                                    {
                                        "$state.settings",
                                        new BsonDocument
                                        {
                                            ["_id"] = "$_id",
                                            ["createdAt"] = "$state.createdAt",
                                            ["updatedAt"] = "$state.updatedAt",
                                            ["version"] = "$version",
                                        },
                                    }
                                )
                            )
                        ),
                        new(
                            "$unset",
                            new BsonArray { "state.settings", "state._id", "state.createdAt", "state.updatedAt", "state.version" }
                        ),
                    }
                ),
                cancellationToken: cancellationToken
            );

    private static async Task PrefixesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        const string Prefix = "state.definition.prefix";
        var queues = database.GetCollection<BsonDocument>(MongoQueueStore.Queues);
        var where = Builders<BsonDocument>.Filter;
        await queues.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(
                Builders<BsonDocument>.IndexKeys.Ascending(MongoQueueStore.PrefixKey),
                new CreateIndexOptions<BsonDocument>
                {
                    Name = MongoQueueStore.PrefixIndex,
                    Unique = true,
                    PartialFilterExpression = where.Exists(MongoQueueStore.PrefixKey),
                }
            ),
            cancellationToken: cancellationToken
        );
        var there = where.Exists("state.deletedAt", false);
        var prefixes = await (await queues.DistinctAsync<string>(Prefix, there, cancellationToken: cancellationToken)).ToListAsync(
            cancellationToken
        );
        // The first with each prefix: writing it once more changes nothing.
        foreach (var prefix in prefixes)
            await queues.FindOneAndUpdateAsync(
                there & where.Eq(Prefix, prefix),
                Builders<BsonDocument>.Update.Set(MongoQueueStore.PrefixKey, prefix),
                new FindOneAndUpdateOptions<BsonDocument> { Sort = Builders<BsonDocument>.Sort.Ascending("_id") },
                cancellationToken
            );
    }
}
