using MongoDB.Driver;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>What is known of counters, a document each.</summary>
internal sealed class MongoCounterStore(IMongoDatabase database) : ICounterStore
{
    public const string Counters = "counters";

    private static readonly FilterDefinitionBuilder<Counter> Where = Builders<Counter>.Filter;

    private readonly IMongoCollection<Counter> counters = database.GetCollection<Counter>(Counters);

    public async Task<Counter> SaveAsync(Counter counter, CancellationToken cancellationToken)
    {
        // Each time round another delivery was faster, and of those there are not many.
        while (true)
        {
            var known = await counters.Find(c => c.Id == counter.Id).FirstOrDefaultAsync(cancellationToken);
            if (known?.Version >= counter.Version)
                return known;
            var next = counter.After(known);
            try
            {
                if (known is null)
                    await counters.InsertOneAsync(next, null, cancellationToken);
                else if (
                    (
                        await counters.ReplaceOneAsync(
                            c => c.Id == next.Id && c.Version == known.Version,
                            next,
                            cancellationToken: cancellationToken
                        )
                    ).MatchedCount == 0
                )
                    continue;
                return next;
            }
            catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
            {
                // It is known by now.
            }
        }
    }

    public async Task<bool> FollowedAsync(Counter counter, CancellationToken cancellationToken) =>
        (
            await counters.UpdateOneAsync(
                c => c.Id == counter.Id && c.Version == counter.Version,
                Builders<Counter>.Update.Set(c => c.Former, []),
                cancellationToken: cancellationToken
            )
        ).MatchedCount > 0;

    public async Task<IReadOnlyList<Counter>> FindAsync(IReadOnlyCollection<string> counterIds, CancellationToken cancellationToken) =>
        await counters.Find(Where.In(c => c.Id, counterIds)).SortBy(c => c.Id).ToListAsync(cancellationToken);

    public async Task<IReadOnlyList<Counter>> ListAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        await counters
            .Find(Where.In(c => c.BranchId, branchIds) & Where.Eq(c => c.IsDeleted, false))
            .SortBy(c => c.Id)
            .ToListAsync(cancellationToken);
}
