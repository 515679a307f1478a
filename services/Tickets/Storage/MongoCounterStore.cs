using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>
/// Counters, a document each with its own outbox. A deleted one leaves its document, marked, since that carries the event; no reader sees
/// it, and its name is free.
/// </summary>
/// <param name="database">The service's database.</param>
/// <param name="outbox">Told of new events; <c>null</c> where nothing publishes yet.</param>
internal sealed class MongoCounterStore(IMongoDatabase database, MongoOutbox? outbox) : ICounterStore
{
    public const string Counters = "counters";

    /// <summary>Branch and name of a counter that is there, as they are compared.</summary>
    public const string NameKey = "nameKey";

    /// <summary>The unique index on <see cref="NameKey"/>.</summary>
    public const string NameIndex = "counter_name";

    private static readonly FilterDefinitionBuilder<Aggregate<Counter>> Where = Builders<Aggregate<Counter>>.Filter;

    private readonly IMongoCollection<Aggregate<Counter>> counters = database.GetCollection<Aggregate<Counter>>(Counters);
    private readonly IMongoCollection<BsonDocument> documents = database.GetCollection<BsonDocument>(Counters);
    private readonly IMongoCollection<BsonDocument> branches = database.GetCollection<BsonDocument>("branches");

    public async Task AddAsync(CounterChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        var next = change.Next;
        try
        {
            var document = Aggregate<Counter>.New(next.Id, next.Version, next, answer, change.Event).ToBsonDocument();
            document[NameKey] = KeyOf(next.BranchId, next.Name);
            await documents.InsertOneAsync(document, null, cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(NameIndex))
        {
            throw new NameTakenException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox?.Wake();
    }

    public async Task<bool> SaveAsync(
        CounterChange change,
        long expectedVersion,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var next = change.Next;
        var update = Aggregate<Counter>.Change(next.Version, next, answer, change.Event);
        update = next.DeletedAt is null ? update.Set(NameKey, KeyOf(next.BranchId, next.Name)) : update.Unset(NameKey);
        try
        {
            var result = await counters.UpdateOneAsync(
                Aggregate<Counter>.At(next.Id, expectedVersion, answer),
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
        catch (MongoWriteException e) when (e.IsDuplicateIn(NameIndex))
        {
            throw new NameTakenException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox?.Wake();
        return true;
    }

    public async Task<Counter?> FindAsync(string counterId, CancellationToken cancellationToken) =>
        (await counters.Find(Where.Eq(c => c.Id, counterId) & There()).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<Counter?> FindByNameAsync(string branchId, string name, CancellationToken cancellationToken) =>
        (await counters.Find(Where.Eq(NameKey, KeyOf(branchId, name))).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Counter>> ListAsync(
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var filter = There();
        if (branchIds is not null)
            filter &= Where.In(c => c.State.BranchId, branchIds);
        if (page.After is { } after)
            filter &= Where.Gt(c => c.Id, after);
        return
        [
            .. (await counters.Find(filter).SortBy(c => c.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(c => c.State),
        ];
    }

    public async Task SaveBranchAsync(string branchId, long version, bool there, CancellationToken cancellationToken)
    {
        try
        {
            // Of one that is known at this version or a later one the filter finds nothing, and another of its id cannot be.
            await branches.UpdateOneAsync(
                Builders<BsonDocument>.Filter.Eq("_id", branchId) & Builders<BsonDocument>.Filter.Lt("version", version),
                Builders<BsonDocument>.Update.Set("version", version).Set("there", there),
                new UpdateOptions { IsUpsert = true },
                cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            if (
                await branches.Find(Builders<BsonDocument>.Filter.Eq("_id", branchId)).FirstAsync(cancellationToken) is var known
                && known["version"].ToInt64() < version
            )
                await SaveBranchAsync(branchId, version, there, cancellationToken);
        }
    }

    public Task<bool> KnowsBranchAsync(string branchId, CancellationToken cancellationToken) =>
        branches
            .Find(Builders<BsonDocument>.Filter.Eq("_id", branchId) & Builders<BsonDocument>.Filter.Eq("there", true))
            .AnyAsync(cancellationToken);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await counters.Find(Aggregate<Counter>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);

    /// <summary>Branch and name as they are compared: SQLite compares the same way.</summary>
    public static string KeyOf(string branchId, string name) =>
        branchId + "\n" + string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

    private static FilterDefinition<Aggregate<Counter>> There() => Where.Exists(NameKey);
}
