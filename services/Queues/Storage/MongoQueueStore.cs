using MongoDB.Driver;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>
/// Queue definitions, a document each with its own outbox. A deleted queue leaves its document, marked, since that carries the event;
/// no reader sees it.
/// </summary>
internal sealed class MongoQueueStore(IMongoDatabase database, MongoOutbox outbox) : IQueueStore
{
    public const string Queues = "queues";

    private const string AnswerIndex = "answer_key";
    private static readonly FilterDefinitionBuilder<Aggregate<Queue>> Where = Builders<Aggregate<Queue>>.Filter;

    private readonly IMongoCollection<Aggregate<Queue>> queues = database.GetCollection<Aggregate<Queue>>(Queues);

    public async Task AddAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken)
    {
        try
        {
            await queues.InsertOneAsync(
                Aggregate<Queue>.New(change.Next.Id, change.Next.Version, change.Next, answer, change.Event),
                null,
                cancellationToken
            );
        }
        catch (MongoWriteException e)
            when (e.WriteError.Category == ServerErrorCategory.DuplicateKey
                && e.WriteError.Message.Contains(AnswerIndex, StringComparison.Ordinal)
            )
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox.Wake();
    }

    public async Task<bool> SaveAsync(QueueChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken)
    {
        try
        {
            var result = await queues.UpdateOneAsync(
                Aggregate<Queue>.At(change.Next.Id, expectedVersion, answer),
                Aggregate<Queue>.Change(change.Next.Version, change.Next, answer, change.Event),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 0)
            {
                if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                    throw new DuplicateIdempotencyKeyException();
                return false;
            }
        }
        catch (MongoWriteException e)
            when (e.WriteError.Category == ServerErrorCategory.DuplicateKey
                && e.WriteError.Message.Contains(MongoAnswers.KeyIndex, StringComparison.Ordinal)
            )
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox.Wake();
        return true;
    }

    public Task<bool> DeleteAsync(QueueChange change, long expectedVersion, CancellationToken cancellationToken) =>
        SaveAsync(change, expectedVersion, answer: null, cancellationToken);

    public async Task<Queue?> FindAsync(string queueId, CancellationToken cancellationToken) =>
        (await queues.Find(Where.Eq(q => q.Id, queueId) & There()).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Queue>> ListAsync(bool? active, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = There();
        if (active is { } wanted)
            filter &= Where.Eq(q => q.State.Definition.IsActive, wanted);
        if (page.After is { } after)
            filter &= Where.Gt(q => q.Id, after);
        return await queues.Find(filter).SortBy(q => q.Id).Limit(page.Limit + 1).Project(q => q.State).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Queue>> FindAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken) =>
        await queues.Find(Where.In(q => q.Id, queueIds) & There()).SortBy(q => q.Id).Project(q => q.State).ToListAsync(cancellationToken);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await queues.Find(Aggregate<Queue>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);

    private static FilterDefinition<Aggregate<Queue>> There() => Where.Eq(q => q.State.DeletedAt, null);
}
