using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>
/// Branches, a document each with its own outbox. A deleted one leaves its document, marked, since that carries the event; no reader sees
/// it, and its slug is free.
/// </summary>
/// <remarks>
/// A queue and its branch are two documents. So a branch's holds the ids of its queues, which a queue writes there before it is made, and
/// is deleted only while it holds none: of a creation and a deletion at once, one finds what the other wrote. Ids of queues that are gone,
/// or never came, are taken out when the branch is to be deleted. <c>main</c> stays for ever and holds no ids.
/// </remarks>
/// <param name="database">The service's database.</param>
/// <param name="outbox">Told of new events; <c>null</c> where nothing publishes yet.</param>
internal sealed class MongoBranchStore(IMongoDatabase database, MongoOutbox? outbox) : IBranchStore
{
    public const string Branches = "branches";

    /// <summary>The slug of a branch once more, while it is there.</summary>
    public const string SlugKey = "slugKey";

    /// <summary>The unique index on <see cref="SlugKey"/>.</summary>
    public const string SlugIndex = "branch_slug";

    private const string Queues = "queues";

    // How long a queue may take from its id being written to its branch until it is made.
    private static readonly TimeSpan Making = TimeSpan.FromMinutes(1);
    private static readonly FilterDefinitionBuilder<Aggregate<Branch>> Where = Builders<Aggregate<Branch>>.Filter;

    private readonly IMongoCollection<Aggregate<Branch>> branches = database.GetCollection<Aggregate<Branch>>(Branches);
    private readonly IMongoCollection<BsonDocument> documents = database.GetCollection<BsonDocument>(Branches);

    public async Task AddAsync(BranchChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        var next = change.Next;
        var document = Aggregate<Branch>.New(next.Id, next.Version, next, answer, change.Event).ToBsonDocument();
        document[SlugKey] = next.Definition.Slug;
        try
        {
            await documents.InsertOneAsync(document, null, cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(SlugIndex))
        {
            // The same request may have come twice, and have its branch by now.
            if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                throw new DuplicateIdempotencyKeyException();
            throw new SlugTakenException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox?.Wake();
    }

    public async Task<bool> SaveAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken)
    {
        var next = change.Next;
        UpdateResult result;
        try
        {
            result = await branches.UpdateOneAsync(
                Aggregate<Branch>.At(next.Id, expectedVersion) & There(),
                Aggregate<Branch>.Change(next.Version, next, change.Event).Set(SlugKey, next.Definition.Slug),
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(SlugIndex))
        {
            throw new SlugTakenException();
        }

        if (result.MatchedCount == 0)
            return false;
        outbox?.Wake();
        return true;
    }

    public async Task<bool> DeleteAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken)
    {
        var next = change.Next;
        await DropGoneAsync(next.Id, next.Definition.UpdatedAt, cancellationToken);
        var result = await branches.UpdateOneAsync(
            Aggregate<Branch>.At(next.Id, expectedVersion) & There() & Where.Exists(Queues + ".0", false),
            Aggregate<Branch>.Change(next.Version, next, change.Event).Unset(SlugKey),
            cancellationToken: cancellationToken
        );
        if (result.MatchedCount == 0)
            return false;
        outbox?.Wake();
        return true;
    }

    public async Task<Branch?> FindAsync(string branchId, CancellationToken cancellationToken) =>
        (await branches.Find(Where.Eq(b => b.Id, branchId) & There()).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<Branch?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        (await branches.Find(Where.Eq(SlugKey, slug)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Branch>> FindAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        [
            .. (await branches.Find(Where.In(b => b.Id, branchIds) & There()).SortBy(b => b.Id).ToListAsync(cancellationToken)).Select(b =>
                b.State
            ),
        ];

    public async Task<IReadOnlyList<Branch>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var filter = There();
        if (page.After is { } after)
            filter &= Where.Gt(b => b.Id, after);
        return
        [
            .. (await branches.Find(filter).SortBy(b => b.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(b => b.State),
        ];
    }

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await branches.Find(Aggregate<Branch>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);

    /// <summary>Notes in its branch that a queue is about to be made.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: there is no such branch.</exception>
    internal static async Task EnterAsync(IMongoDatabase database, QueueDefinition queue, CancellationToken cancellationToken)
    {
        var entry = new BsonDocument { ["id"] = queue.Id, ["at"] = queue.CreatedAt.UtcDateTime };
        var there = Builders<BsonDocument>.Filter.Eq("_id", queue.BranchId) & Builders<BsonDocument>.Filter.Exists(SlugKey);
        var collection = database.GetCollection<BsonDocument>(Branches);
        var found =
            queue.BranchId == Contracts.Branches.Main
                ? await collection.Find(there).AnyAsync(cancellationToken)
                : (
                    await collection.UpdateOneAsync(
                        there,
                        Builders<BsonDocument>.Update.AddToSet(Queues, entry),
                        cancellationToken: cancellationToken
                    )
                ).MatchedCount > 0;
        if (!found)
            throw BranchRefusals.NoBranch();
    }

    /// <summary>Takes that back: the queue was not made.</summary>
    internal static Task LeaveAsync(IMongoDatabase database, QueueDefinition queue, CancellationToken cancellationToken) =>
        DropAsync(database.GetCollection<BsonDocument>(Branches), queue.BranchId, [queue.Id], cancellationToken);

    private static Task DropAsync(
        IMongoCollection<BsonDocument> documents,
        string branchId,
        IReadOnlyCollection<string> queueIds,
        CancellationToken cancellationToken
    ) =>
        documents.UpdateOneAsync(
            Builders<BsonDocument>.Filter.Eq("_id", branchId),
            Builders<BsonDocument>.Update.PullFilter(Queues, Builders<BsonDocument>.Filter.In("id", queueIds)),
            cancellationToken: cancellationToken
        );

    private static FilterDefinition<Aggregate<Branch>> There() => Where.Exists(SlugKey);

    private async Task DropGoneAsync(string branchId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var document = await documents.Find(Builders<BsonDocument>.Filter.Eq("_id", branchId)).FirstOrDefaultAsync(cancellationToken);
        var entered = document?.GetValue(Queues, new BsonArray()).AsBsonArray.Select(e => e.AsBsonDocument).ToList() ?? [];
        if (entered.Count == 0)
            return;
        var queues = await database
            .GetCollection<Aggregate<Queue>>(MongoQueueStore.Queues)
            .Find(Builders<Aggregate<Queue>>.Filter.In(q => q.Id, entered.Select(e => e["id"].AsString)))
            .Project(q => new { q.Id, q.State.DeletedAt })
            .ToListAsync(cancellationToken);
        if (queues.Exists(q => q.DeletedAt is null))
            throw BranchRefusals.HasQueues();
        var made = queues.Select(q => q.Id).ToHashSet(StringComparer.Ordinal);
        var gone = entered
            .Where(e => made.Contains(e["id"].AsString) || e["at"].ToUniversalTime() < (now - Making).UtcDateTime)
            .Select(e => e["id"].AsString)
            .ToList();
        if (gone.Count < entered.Count)
            throw new RefusedException(ErrorCodes.Conflict, "A queue is being made in the branch. Try again in a minute.");
        await DropAsync(documents, branchId, gone, cancellationToken);
    }
}
