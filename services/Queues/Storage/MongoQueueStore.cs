using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>
/// Queue definitions, a document each with its own outbox. A deleted queue leaves its document, marked, since that carries the event;
/// no reader sees it.
/// </summary>
/// <remarks>
/// A document holds its prefix once more as <see cref="PrefixKey"/>, which a unique index lets one queue of a branch have: whoever writes it has the
/// prefix in that same write, and nothing is left over after a crash. Queues that shared a prefix before there was such a rule go on
/// without, all but the first; those are found by their definition.
/// </remarks>
internal sealed class MongoQueueStore(IMongoDatabase database, MongoOutbox outbox) : IQueueStore
{
    public const string Queues = "queues";
    public const string PrefixKey = "prefixKey";
    public const string PrefixIndex = "branch_prefix_key";

    private static readonly FilterDefinitionBuilder<Aggregate<Queue>> Where = Builders<Aggregate<Queue>>.Filter;

    private readonly IMongoCollection<Aggregate<Queue>> queues = database.GetCollection<Aggregate<Queue>>(Queues);

    public async Task AddAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        await RequireFreeAsync(change, answer, cancellationToken);
        var document = Aggregate<Queue>.New(change.Next.Id, change.Next.Version, change.Next, answer, change.Event).ToBsonDocument();
        if (change.Takes is { } prefix)
            document.Add(PrefixKey, prefix);
        await MongoBranchStore.EnterAsync(database, change.Next.Definition, cancellationToken);
        try
        {
            await database.GetCollection<BsonDocument>(Queues).InsertOneAsync(document, null, cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            await MongoBranchStore.LeaveAsync(database, change.Next.Definition, cancellationToken);
            throw new DuplicateIdempotencyKeyException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(PrefixIndex))
        {
            await MongoBranchStore.LeaveAsync(database, change.Next.Definition, cancellationToken);
            throw await TakenAsync(change, answer, cancellationToken);
        }

        outbox.Wake();
    }

    public async Task<bool> SaveAsync(QueueChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken)
    {
        await RequireFreeAsync(change, answer, cancellationToken);
        var update = Aggregate<Queue>.Change(change.Next.Version, change.Next, answer, change.Event);
        if (change.Takes is { } prefix)
            update = update.Set(PrefixKey, prefix);
        if (change.Next.DeletedAt is not null)
            update = update.Unset(PrefixKey);
        try
        {
            var result = await queues.UpdateOneAsync(
                Aggregate<Queue>.At(change.Next.Id, expectedVersion, answer),
                update,
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 0)
            {
                if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                    throw new DuplicateIdempotencyKeyException();
                return false;
            }
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(PrefixIndex))
        {
            throw await TakenAsync(change, answer, cancellationToken);
        }

        outbox.Wake();
        return true;
    }

    public Task<bool> DeleteAsync(QueueChange change, long expectedVersion, CancellationToken cancellationToken) =>
        SaveAsync(change, expectedVersion, answer: null, cancellationToken);

    public async Task<Queue?> FindAsync(string queueId, CancellationToken cancellationToken) =>
        (await queues.Find(Where.Eq(q => q.Id, queueId) & There()).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Queue>> ListAsync(bool? active, string? branchId, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = There();
        if (active is { } wanted)
            filter &= Where.Eq(q => q.State.Definition.IsActive, wanted);
        if (branchId is not null)
            filter &= Where.Eq(q => q.State.Definition.BranchId, branchId);
        if (page.After is { } after)
            filter &= Where.Gt(q => q.Id, after);
        return [.. (await queues.Find(filter).SortBy(q => q.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(q => q.State)];
    }

    public async Task<IReadOnlyList<Queue>> FindAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken) =>
        [
            .. (await queues.Find(Where.In(q => q.Id, queueIds) & There()).SortBy(q => q.Id).ToListAsync(cancellationToken)).Select(q =>
                q.State
            ),
        ];

    public async Task<ILookup<string, string>> PrefixesAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        (
            await queues
                .Find(Where.In(q => q.State.Definition.BranchId, branchIds) & There())
                .Project(q => new { q.State.Definition.BranchId, q.State.Definition.Prefix })
                .ToListAsync(cancellationToken)
        )
            .Distinct()
            .ToLookup(q => q.BranchId, q => q.Prefix);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await queues.Find(Aggregate<Queue>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);

    // Those that have a prefix without its key are found by this alone. None comes to be so any more, so the index does the rest.
    private async Task RequireFreeAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        if (change.Takes is not null && await HolderAsync(change, cancellationToken) is not null)
            throw await TakenAsync(change, answer, cancellationToken);
    }

    private async Task<Exception> TakenAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        // The same request may have come twice, and have its queue by now.
        if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
            return new DuplicateIdempotencyKeyException();
        return Prefixes.Taken(change.Takes!, await HolderAsync(change, cancellationToken) ?? "Another queue");
    }

    private async Task<string?> HolderAsync(QueueChange change, CancellationToken cancellationToken) =>
        await queues
            .Find(
                There()
                    & Where.Eq(q => q.State.Definition.BranchId, change.Next.Definition.BranchId)
                    & Where.Eq(q => q.State.Definition.Prefix, change.Takes)
                    & Where.Ne(q => q.Id, change.Next.Id)
            )
            .SortBy(q => q.Id)
            .Project(q => q.State.Definition.Name)
            .FirstOrDefaultAsync(cancellationToken);

    private static FilterDefinition<Aggregate<Queue>> There() => Where.Eq(q => q.State.DeletedAt, null);
}
