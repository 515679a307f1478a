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

    // Of a branch that is there, before the fields of what it is were the document's own.
    private const string EarlierSlugKey = "slug";

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
            new("Counters as the ticket service tells of them", CountersAsync),
            new("The fields of queues and branches at the top of their documents", LayoutAsync),
            new("Who waits in a line by an index", WaitingAsync),
        ];

    private static Task WaitingAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<BsonDocument>(MongoLineStore.Tickets)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(
                    Builders<BsonDocument>.IndexKeys.Ascending("queueId").Ascending("status"),
                    new CreateIndexOptions { Name = "line_status" }
                ),
                cancellationToken: cancellationToken
            );

    private static async Task LayoutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var branches = database.GetCollection<BsonDocument>(MongoBranchStore.Branches);
        var queues = database.GetCollection<BsonDocument>(MongoQueueStore.Queues);
        var keys = Builders<BsonDocument>.IndexKeys;
        var where = Builders<BsonDocument>.Filter;
        // Of deleted branches, too, there is a slug at the top from now on.
        await branches.Indexes.DropIfThereAsync(MongoBranchStore.SlugIndex, cancellationToken);
        await MongoLayout.FlattenAsync(database, MongoBranchStore.Branches, cancellationToken, (EarlierSlugKey, MongoBranchStore.SlugKey));
        await MongoLayout.FlattenAsync(database, MongoQueueStore.Queues, cancellationToken);
        await branches.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(
                keys.Ascending(MongoBranchStore.SlugKey),
                new CreateIndexOptions<BsonDocument>
                {
                    Name = MongoBranchStore.SlugIndex,
                    Unique = true,
                    PartialFilterExpression = where.Exists(MongoBranchStore.SlugKey),
                }
            ),
            cancellationToken: cancellationToken
        );
        await queues.Indexes.CreateManyAsync(
            [
                new(
                    keys.Ascending("branchId").Ascending(MongoQueueStore.PrefixKey),
                    new CreateIndexOptions<BsonDocument>
                    {
                        Name = MongoQueueStore.PrefixIndex,
                        Unique = true,
                        PartialFilterExpression = where.Exists(MongoQueueStore.PrefixKey),
                    }
                ),
                new(keys.Ascending("branchId").Ascending("_id"), new CreateIndexOptions { Name = "queue_branch" }),
            ],
            cancellationToken
        );
        await MongoLayout.ValidateAsync(database, MongoBranchStore.Branches, BranchSchema, cancellationToken);
        await MongoLayout.ValidateAsync(database, MongoQueueStore.Queues, QueueSchema, cancellationToken);
    }

    private static Task CountersAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<Counter>(MongoCounterStore.Counters)
            .Indexes.CreateOneAsync(
                new CreateIndexModel<Counter>(
                    Builders<Counter>.IndexKeys.Ascending(c => c.BranchId).Ascending(c => c.IsDeleted).Ascending(c => c.Id),
                    new CreateIndexOptions { Name = "counter_branch" }
                ),
                cancellationToken: cancellationToken
            );

    /// <summary>What a document of a branch has.</summary>
    internal const string BranchSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'slug', 'name', 'timeZone', 'languages', 'createdAt', 'updatedAt', 'outbox'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            slug: { bsonType: 'string', minLength: 1 },
            name: { bsonType: 'string', minLength: 1 },
            address: { bsonType: 'string' },
            timeZone: { bsonType: 'string' },
            openingHours: { bsonType: 'array', items: { bsonType: 'object' } },
            closures: { bsonType: 'array', items: { bsonType: 'object' } },
            languages: { bsonType: 'array', items: { bsonType: 'string' } },
            createdAt: { bsonType: 'date' },
            updatedAt: { bsonType: 'date' },
            deletedAt: { bsonType: 'date' },
            slugKey: { bsonType: 'string' },
            queues: { bsonType: 'array', items: { bsonType: 'object', required: ['id', 'at'] } },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

    /// <summary>What a document of a queue has.</summary>
    internal const string QueueSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'branchId', 'name', 'isActive', 'prefix', 'maxActiveTickets', 'averageServiceTime', 'slaWaitTime',
            'maxRecalls', 'rejoinGrace', 'numberReset', 'timeZone', 'createdAt', 'updatedAt', 'outbox'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            branchId: { bsonType: 'string' },
            name: { bsonType: 'string', minLength: 1 },
            description: { bsonType: 'string' },
            isActive: { bsonType: 'bool' },
            prefix: { bsonType: 'string', minLength: 1, maxLength: 3 },
            maxActiveTickets: { bsonType: 'int', minimum: 1 },
            averageServiceTime: { bsonType: 'int', minimum: 0 },
            slaWaitTime: { bsonType: 'int', minimum: 0 },
            noShowAfter: { bsonType: 'int', minimum: 0 },
            maxRecalls: { bsonType: 'int', minimum: 0 },
            rejoinGrace: { bsonType: 'int', minimum: 0 },
            priorityHeadStart: { bsonType: 'int', minimum: 0 },
            expireAfterClosing: { bsonType: 'int', minimum: 0 },
            numberReset: { enum: ['Daily', 'Never'] },
            timeZone: { bsonType: 'string' },
            openingHours: { bsonType: 'array', items: { bsonType: 'object' } },
            closures: { bsonType: 'array', items: { bsonType: 'object' } },
            createdAt: { bsonType: 'date' },
            updatedAt: { bsonType: 'date' },
            deletedAt: { bsonType: 'date' },
            prefixKey: { bsonType: 'string' },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

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
                    keys.Ascending(EarlierSlugKey),
                    new CreateIndexOptions<BsonDocument>
                    {
                        Name = MongoBranchStore.SlugIndex,
                        Unique = true,
                        PartialFilterExpression = where.Exists(EarlierSlugKey),
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
        var branches = database.GetCollection<BsonDocument>(MongoBranchStore.Branches);
        if (await branches.Find(where.Eq("_id", Branches.Main)).AnyAsync(cancellationToken))
            return;
        var zones = await (
            await queues.DistinctAsync<string>(
                "state.definition.timeZone",
                where.Exists("state.deletedAt", false),
                cancellationToken: cancellationToken
            )
        ).ToListAsync(cancellationToken);
        var main = Branch.CreateMain(zones is [var zone] ? zone : defaultTimeZone, TimeProvider.System.Now());
        var document = NestedAggregate<Branch>.New(Branches.Main, main.Next.Version, main.Next, main.Event).ToBsonDocument();
        document[EarlierSlugKey] = main.Next.Definition.Slug;
        await branches.InsertOneAsync(document, cancellationToken: cancellationToken);

        static BsonDocument Has(string member) => new("$gt", new BsonArray { $"$state.definition.{member}", BsonNull.Value });
    }
}
