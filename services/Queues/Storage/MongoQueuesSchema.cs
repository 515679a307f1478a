using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoQueuesSchema
{
    // Of all queues, before there were branches.
    private const string EarlierPrefixIndex = "prefix_key";

    /// <summary>The steps.</summary>
    /// <param name="defaultTimeZone">That of the first branch, where no queues say another.</param>
    public static IReadOnlyList<MongoStep> Steps(string defaultTimeZone) =>
        [
            // Databases from before there were versions have these indexes already.
            new("Indexes as of 0.1", FirstAsync),
            MongoAnswers.Step(MongoQueueStore.Queues),
            new("A queue's state holds its definition as it is told", DefinitionAsync),
            new("A prefix is one queue's, the first's where several have it", PrefixesAsync),
            new("Branches, the first of which all queues are in", (database, token) => BranchesAsync(database, defaultTimeZone, token)),
            MongoAnswers.Step(MongoBranchStore.Branches),
            MongoOutbox.Step(MongoQueueStore.Queues, MongoBranchStore.Branches),
            new("One order of a line", OrderAsync),
        ];

    // As the ticket service reckons it from now on: the moment of arrival in milliseconds, none before that of somebody who stood before,
    // less what priority was worth, strictly first; of those who stand there now. Done again after it died in the middle, it takes those it
    // has changed already first, as they were.
    private static async Task OrderAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        const long FirstMoment = 1L << 56;
        var strict = (long)TimeSpan.FromDays(1000).TotalMilliseconds;
        var tickets = database.GetCollection<LineTicket>(MongoLineStore.Tickets);
        var standing = await tickets.Find(t => t.ClosedAt == null && t.Order != null).ToListAsync(cancellationToken);
        foreach (var line in standing.GroupBy(t => (t.QueueId, t.Priority)))
        {
            var (before, row) = (0L, 0);
            foreach (
                var ticket in line.OrderByDescending(t => t.Order >= FirstMoment)
                    .ThenBy(t => t.Order)
                    .ThenBy(t => t.Id, StringComparer.Ordinal)
            )
            {
                before = Math.Max(before, ticket.CreatedAt.ToUnixTimeMilliseconds());
                var order = ((before - ticket.Priority * strict) << 20) + ++row;
                await tickets.UpdateOneAsync(
                    t => t.Id == ticket.Id && t.Version == ticket.Version,
                    Builders<LineTicket>.Update.Set(t => t.Order, order),
                    cancellationToken: cancellationToken
                );
            }
        }
    }

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
                    Name = EarlierPrefixIndex,
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

    // A queue keeps the time zone it has, and hours and closures where it has any.
    private static async Task BranchesAsync(IMongoDatabase database, string defaultTimeZone, CancellationToken cancellationToken)
    {
        var where = Builders<BsonDocument>.Filter;
        var keys = Builders<BsonDocument>.IndexKeys;
        await MongoOutbox.CreateIndexesAsync(database, MongoBranchStore.Branches, cancellationToken);
        await database
            .GetCollection<BsonDocument>(MongoBranchStore.Branches)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(
                    keys.Ascending(MongoBranchStore.Slug),
                    new CreateIndexOptions<BsonDocument>
                    {
                        Name = MongoBranchStore.SlugIndex,
                        Unique = true,
                        PartialFilterExpression = where.Exists(MongoBranchStore.Slug),
                    }
                ),
                cancellationToken: cancellationToken
            );
        var queues = database.GetCollection<BsonDocument>(MongoQueueStore.Queues);
        await queues.UpdateManyAsync(
            where.Exists("state.definition.branchId", false),
            Builders<BsonDocument>.Update.Pipeline(
                new BsonDocument[]
                {
                    new(
                        "$set",
                        new BsonDocument
                        {
                            ["state.definition.branchId"] = Branches.Main,
                            ["state.own"] = new BsonDocument
                            {
                                ["timeZone"] = true,
                                ["openingHours"] = Has("openingHours"),
                                ["closures"] = Has("closures"),
                            },
                        }
                    ),
                }
            ),
            cancellationToken: cancellationToken
        );
        await queues.Indexes.CreateManyAsync(
            [
                new(
                    keys.Ascending("state.definition.branchId").Ascending(MongoQueueStore.PrefixKey),
                    new CreateIndexOptions<BsonDocument>
                    {
                        Name = MongoQueueStore.PrefixIndex,
                        Unique = true,
                        PartialFilterExpression = where.Exists(MongoQueueStore.PrefixKey),
                    }
                ),
                new(keys.Ascending("state.definition.branchId").Ascending("_id"), new CreateIndexOptions { Name = "queue_branch" }),
            ],
            cancellationToken
        );
        var indexes = await (await queues.Indexes.ListAsync(cancellationToken)).ToListAsync(cancellationToken);
        if (indexes.Exists(i => i["name"] == EarlierPrefixIndex))
            await queues.Indexes.DropOneAsync(EarlierPrefixIndex, cancellationToken);
        // A step that died in the middle is done again, and finds what it has made.
        var branches = new MongoBranchStore(database, outbox: null);
        if (await branches.FindAsync(Branches.Main, cancellationToken) is not null)
            return;
        var zones = await (
            await queues.DistinctAsync<string>(
                "state.definition.timeZone",
                where.Exists("state.deletedAt", false),
                cancellationToken: cancellationToken
            )
        ).ToListAsync(cancellationToken);
        var main = Branch.CreateMain(zones is [var zone] ? zone : defaultTimeZone, TimeProvider.System.Now());
        await branches.AddAsync(main, answer: null, cancellationToken);

        static BsonDocument Has(string member) => new("$gt", new BsonArray { $"$state.definition.{member}", BsonNull.Value });
    }
}
