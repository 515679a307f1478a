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
    private const string Pending = "outbox.occurredAt";
    private const string Published = "published.at";
    private const string LeaseOwner = "lease.owner";
    private const string LeaseUntil = "lease.until";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Do = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public event Action? Appended;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>Told by the store after a write that added events.</summary>
    public void Wake() => Appended?.Invoke();

    /// <summary>Makes the indexes of a collection whose documents carry events; part of the first step of a service's schema.</summary>
    public static Task CreateIndexesAsync(IMongoDatabase database, string collection, CancellationToken cancellationToken) =>
        // Partial: only documents that have something to publish are in the index.
        database
            .GetCollection<BsonDocument>(collection)
            .Indexes.CreateManyAsync(
                [
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending(Pending),
                        new CreateIndexOptions<BsonDocument> { Name = "outbox_pending", PartialFilterExpression = Where.Exists(Pending) }
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
            var ids = await collection
                .Find(free)
                .Sort(Builders<BsonDocument>.Sort.Ascending(Pending).Ascending("_id"))
                .Limit(limit)
                .Project(d => d["_id"])
                .ToListAsync(cancellationToken);
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
    public Task CompleteAsync(IReadOnlyList<OutboxEntry> published, bool keep, CancellationToken cancellationToken) =>
        ForEachDocumentAsync(
            published,
            (id, ids) =>
            {
                var update = Do.PullFilter("outbox", Where.In("eventId", ids)).Unset("lease");
                if (keep)
                {
                    var at = time.GetUtcNow().UtcDateTime;
                    update = update.PushEach("published", published.Where(e => e.AggregateId == id).Select(e => Item(e).Add("at", at)));
                }

                return update;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task ReleaseAsync(IReadOnlyList<OutboxEntry> unpublished, CancellationToken cancellationToken) =>
        ForEachDocumentAsync(unpublished, (_, _) => Do.Unset("lease"), cancellationToken);

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
                    Do.PushEach("outbox", items, position: 0).Unset("published"),
                    cancellationToken: cancellationToken
                );
                count += items.Count;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        foreach (var name in collections)
        {
            await Collection(name)
                .UpdateManyAsync(
                    Where.Lt(Published, before.UtcDateTime),
                    Do.PullFilter("published", Where.Lt("at", before.UtcDateTime)),
                    cancellationToken: cancellationToken
                );
        }
    }

    /// <inheritdoc/>
    public async Task<OutboxDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        var pending = 0L;
        DateTimeOffset? oldest = null;
        foreach (var name in collections)
        {
            var collection = Collection(name);
            pending += await collection.CountDocumentsAsync(Where.Exists(Pending), cancellationToken: cancellationToken);
            var first = await collection
                .Find(Where.Exists(Pending))
                .Sort(Builders<BsonDocument>.Sort.Ascending(Pending).Ascending("_id"))
                .Limit(1)
                .FirstOrDefaultAsync(cancellationToken);
            if (first is null)
                continue;
            var at = new DateTimeOffset(first["outbox"][0]["occurredAt"].ToUniversalTime());
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

    private async Task ForEachDocumentAsync(
        IReadOnlyList<OutboxEntry> entries,
        Func<string, List<string>, UpdateDefinition<BsonDocument>> update,
        CancellationToken cancellationToken
    )
    {
        foreach (var source in entries.GroupBy(e => e.Source!))
        {
            var writes = source
                .GroupBy(e => e.AggregateId)
                .Select(document => new UpdateOneModel<BsonDocument>(
                    Where.Eq("_id", document.Key),
                    update(document.Key, [.. document.Select(e => e.EventId)])
                ));
            await Collection(source.Key).BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }
    }

    private IMongoCollection<BsonDocument> Collection(string name) => database.GetCollection<BsonDocument>(name);
}
