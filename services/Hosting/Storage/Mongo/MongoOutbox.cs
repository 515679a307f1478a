using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// The outbox arrays in the documents of a service's collections (see <see cref="Aggregate{TState}"/>). A relay leases documents;
/// several share the work, and an expired lease only makes a repeat.
/// </summary>
public sealed class MongoOutbox(string name, IMongoDatabase database, IReadOnlyList<string> collections, TimeProvider time) : IOutbox
{
    private const string Pending = "pendingSince";

    // What there was an index of before: of an array, which no sort can use.
    private const string EarlierPending = "outbox.occurredAt";

    private const string Published = "published.at";
    private const string LeaseOwner = "lease.owner";
    private const string LeaseUntil = "lease.until";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Do = Builders<BsonDocument>.Update;
    private static readonly SortDefinition<BsonDocument> OldestFirst = Builders<BsonDocument>.Sort.Ascending(Pending).Ascending("_id");

    /// <inheritdoc/>
    public event Action? Appended;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>Told by the store after a write that added events.</summary>
    public void Wake() => Appended?.Invoke();

    /// <summary>The step of a service's schema after which a document says since when it has something to publish, in a field that the
    /// claim's order is an index of.</summary>
    /// <param name="collections">The collections whose documents carry events.</param>
    public static MongoStep Step(params IReadOnlyList<string> collections) =>
        new("What is to be published, by its age", async (database, token) =>
        {
            foreach (var collection in collections.Select(c => database.GetCollection<BsonDocument>(c)))
            {
                var waiting = await collection
                    .Find(Where.Exists(EarlierPending) & Where.Exists(Pending, false))
                    .Project(Builders<BsonDocument>.Projection.Include(EarlierPending))
                    .ToListAsync(token);
                foreach (var document in waiting)
                    await collection.UpdateOneAsync(
                        Where.Eq("_id", document["_id"]),
                        Do.Set(Pending, document["outbox"][0]["occurredAt"]),
                        cancellationToken: token
                    );
                await collection.Indexes.CreateOneAsync(
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending(Pending).Ascending("_id"),
                        new CreateIndexOptions<BsonDocument> { Name = "pending_since", PartialFilterExpression = Where.Exists(Pending) }
                    ),
                    cancellationToken: token
                );
                await collection.Indexes.DropIfThereAsync("outbox_pending", token);
            }
        });

    /// <summary>Makes the indexes of a collection whose documents carry events; part of the first step of a service's schema.</summary>
    public static Task CreateIndexesAsync(IMongoDatabase database, string collection, CancellationToken cancellationToken) =>
        // Partial: only documents that have something to publish are in the index.
        database
            .GetCollection<BsonDocument>(collection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending(EarlierPending),
                        new CreateIndexOptions<BsonDocument>
                        {
                            Name = "outbox_pending",
                            PartialFilterExpression = Where.Exists(EarlierPending),
                        }
                    ),
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending("answer.key"),
                        new CreateIndexOptions<BsonDocument>
                        {
                            Name = MongoAnswers.MadeKeyIndex,
                            Unique = true,
                            PartialFilterExpression = Where.Exists("answer.key"),
                        }
                    ),
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending(Published),
                        new CreateIndexOptions<BsonDocument>
                        {
                            Name = "outbox_published",
                            PartialFilterExpression = Where.Exists(Published),
                        }
                    ),
                ],
                cancellationToken
            );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxEntry>> ClaimAsync(
        int limit,
        IReadOnlyCollection<string> except,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<OutboxEntry>();
        foreach (var name in collections)
        {
            var collection = Collection(name);
            var now = time.GetUtcNow().UtcDateTime;
            var free = Where.Exists(Pending) & Where.Nin("_id", except) & (Where.Exists(LeaseUntil, false) | Where.Lt(LeaseUntil, now));
            var ids = await collection.Find(free).Sort(OldestFirst).Limit(limit).Project(d => d["_id"]).ToListAsync(cancellationToken);
            if (ids.Count == 0)
                continue;

            // Of two relays that saw the same documents, each document goes to the one whose update finds it free.
            var claim = Guid.CreateVersion7(time.GetUtcNow()).ToString();
            await collection.UpdateManyAsync(
                Where.In("_id", ids) & free,
                Do.Set(LeaseOwner, claim).Set(LeaseUntil, now + Lease),
                cancellationToken: cancellationToken
            );
            var mine = await collection.Find(Where.In("_id", ids) & Where.Eq(LeaseOwner, claim)).ToListAsync(cancellationToken);
            entries.AddRange(mine.SelectMany(d => d["outbox"].AsBsonArray.Select(i => Entry(i.AsBsonDocument) with { Source = name })));
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(IReadOnlyList<OutboxEntry> published, bool keep, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow().UtcDateTime;
        foreach (var source in published.GroupBy(e => e.Source!))
        {
            var documents = source.GroupBy(e => e.AggregateId).Select(d => (Id: d.Key, Events: d.ToList())).ToList();
            // Nothing is pending any more in a document that holds no other event.
            var emptied = await WriteAsync(
                documents,
                ids => Where.Not(Where.ElemMatch("outbox", Where.Nin("eventId", ids))) & Where.In("outbox.eventId", ids),
                events => Done(events).Unset(Pending)
            );
            // Where another came meanwhile, or another relay was faster, the document goes on being pending since it was.
            if (emptied < documents.Count)
                await WriteAsync(documents, ids => Where.In("outbox.eventId", ids), Done);

            async Task<long> WriteAsync(
                IEnumerable<(string Id, List<OutboxEntry> Events)> these,
                Func<IEnumerable<string>, FilterDefinition<BsonDocument>> where,
                Func<List<OutboxEntry>, UpdateDefinition<BsonDocument>> update
            )
            {
                var result = await Collection(source.Key)
                    .BulkWriteAsync(
                        these.Select(d => new UpdateOneModel<BsonDocument>(
                            Where.Eq("_id", d.Id) & where(d.Events.Select(e => e.EventId)),
                            update(d.Events)
                        )),
                        new BulkWriteOptions { IsOrdered = false },
                        cancellationToken
                    );
                return result.MatchedCount;
            }
        }

        UpdateDefinition<BsonDocument> Done(List<OutboxEntry> events)
        {
            var update = Do.PullFilter("outbox", Where.In("eventId", events.Select(e => e.EventId))).Unset("lease");
            return keep ? update.PushEach("published", events.Select(e => Item(e).Add("at", at))) : update;
        }
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(IReadOnlyList<OutboxEntry> unpublished, CancellationToken cancellationToken)
    {
        foreach (var source in unpublished.GroupBy(e => e.Source!))
            await Collection(source.Key)
                .UpdateManyAsync(
                    Where.In("_id", source.Select(e => e.AggregateId).Distinct()),
                    Do.Unset("lease"),
                    cancellationToken: cancellationToken
                );
    }

    /// <inheritdoc/>
    public async Task<int> ReopenAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var name in collections)
        {
            var collection = Collection(name);
            foreach (var document in await collection.Find(Where.Exists(Published)).ToListAsync(cancellationToken))
            {
                var items = document["published"].AsBsonArray;
                foreach (var item in items)
                    item.AsBsonDocument.Remove("at");
                await collection.UpdateOneAsync(
                    Where.Eq("_id", document["_id"]) & Where.Size("published", items.Count),
                    Do.PushEach("outbox", items, position: 0).Min(Pending, items[0]["occurredAt"]).Unset("published"),
                    cancellationToken: cancellationToken
                );
                count += items.Count;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(IReadOnlyList<OutboxEntry> handled, CancellationToken cancellationToken)
    {
        foreach (var source in handled.GroupBy(e => e.Source!))
            await Collection(source.Key)
                .BulkWriteAsync(
                    source
                        .GroupBy(e => e.AggregateId)
                        .Select(d => new UpdateOneModel<BsonDocument>(
                            Where.Eq("_id", d.Key),
                            Do.PullFilter("published", Where.In("eventId", d.Select(e => e.EventId)))
                        )),
                    new BulkWriteOptions { IsOrdered = false },
                    cancellationToken
                );
    }

    /// <inheritdoc/>
    public async Task<OutboxDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        var pending = 0L;
        DateTimeOffset? oldest = null;
        foreach (var name in collections)
        {
            var collection = Collection(name);
            var counted = await collection
                .Aggregate()
                .Match(Where.Exists(Pending))
                .Group(
                    new BsonDocument
                    {
                        ["_id"] = BsonNull.Value,
                        ["events"] = new BsonDocument("$sum", new BsonDocument("$size", "$outbox")),
                        ["oldest"] = new BsonDocument("$min", "$" + Pending),
                    }
                )
                .FirstOrDefaultAsync(cancellationToken);
            if (counted is null)
                continue;
            pending += counted["events"].ToInt64();
            var at = new DateTimeOffset(counted["oldest"].ToUniversalTime());
            if (oldest is null || at < oldest)
                oldest = at;
        }

        return new OutboxDepth(pending, oldest);
    }

    private static OutboxEntry Entry(BsonDocument item) =>
        new(
            item["eventId"].AsString,
            item["aggregateId"].AsString,
            item["type"].AsString,
            item["payload"].AsString,
            new DateTimeOffset(item["occurredAt"].ToUniversalTime()),
            item.TryGetValue("traceParent", out var trace) ? trace.AsString : null
        );

    private static BsonDocument Item(OutboxEntry entry)
    {
        var item = new BsonDocument
        {
            ["eventId"] = entry.EventId,
            ["aggregateId"] = entry.AggregateId,
            ["type"] = entry.EventType,
            ["payload"] = entry.Payload,
            ["occurredAt"] = entry.OccurredAt.UtcDateTime,
        };
        if (entry.TraceParent is not null)
            item["traceParent"] = entry.TraceParent;
        return item;
    }

    private IMongoCollection<BsonDocument> Collection(string name) => database.GetCollection<BsonDocument>(name);
}
