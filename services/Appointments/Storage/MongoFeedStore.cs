using MongoDB.Driver;
using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Appointments.Storage;

/// <summary>Calendar feeds in MongoDB, a document each with the answer to the request that made it.</summary>
internal sealed class MongoFeedStore(IMongoDatabase database) : IFeedStore
{
    public const string Feeds = "feeds";

    private static readonly FilterDefinitionBuilder<Aggregate<Feed>> Where = Builders<Aggregate<Feed>>.Filter;

    private readonly IMongoCollection<Aggregate<Feed>> feeds = database.GetCollection<Aggregate<Feed>>(Feeds);

    public async Task AddAsync(Feed feed, StoredResponse? answer, CancellationToken cancellationToken)
    {
        try
        {
            await feeds.InsertOneAsync(Aggregate<Feed>.New(feed.Id, 1, feed, answer), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }
    }

    public async Task<Feed?> FindAsync(string feedId, CancellationToken cancellationToken) =>
        (await feeds.Find(f => f.Id == feedId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<Feed?> FindBySecretAsync(string secretHash, CancellationToken cancellationToken) =>
        (await feeds.Find(f => f.State.SecretHash == secretHash).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Feed>> ListAsync(
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var where = branchIds is null ? Where.Empty : Where.In(f => f.State.BranchId, branchIds);
        if (page.After is not null)
            where &= Where.Gt(f => f.Id, page.After);
        return [.. (await feeds.Find(where).SortBy(f => f.Id).Limit(page.Limit + 1).ToListAsync(cancellationToken)).Select(f => f.State)];
    }

    public Task UseAsync(string feedId, DateOnly day, CancellationToken cancellationToken) =>
        feeds.UpdateOneAsync(
            Where.Eq(f => f.Id, feedId),
            // Sets it where it is absent, too.
            Builders<Aggregate<Feed>>.Update.Max(f => f.State.LastUsedOn, day),
            cancellationToken: cancellationToken
        );

    public async Task<bool> RemoveAsync(string feedId, CancellationToken cancellationToken) =>
        (await feeds.DeleteOneAsync(f => f.Id == feedId, cancellationToken)).DeletedCount > 0;

    public Task RemoveOfUserAsync(string userId, CancellationToken cancellationToken) =>
        feeds.DeleteManyAsync(f => f.State.CreatedBy == userId, cancellationToken);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await feeds.Find(Aggregate<Feed>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);
}
