using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Analytics.Storage;

/// <summary>
/// Facts in MongoDB, a document a ticket. A change replaces the state it was computed from and no other: who loses the race reads
/// again. Erasing first notes the account and then its facts, recording first writes the fact and then looks at the note; whatever
/// the order, one of the two sees the other. A rollup is stale from after a fact was written until one was made of a state that
/// nobody wrote to meanwhile; an event whose process died in between comes again and marks it then.
/// </summary>
internal sealed class MongoAnalyticsStore(IMongoDatabase database) : IAnalyticsStore
{
    /// <summary>The collection that keeps idempotent answers.</summary>
    public const string TrackedCollection = "tracked";

    /// <summary>The collection of facts.</summary>
    public const string FactsCollection = "facts";

    /// <summary>The collection of rollups.</summary>
    public const string RollupsCollection = "rollups";

    private readonly IMongoCollection<Aggregate<TicketFact>> facts = database.GetCollection<Aggregate<TicketFact>>(FactsCollection);
    private readonly IMongoCollection<Aggregate<QueueProfile>> queues = database.GetCollection<Aggregate<QueueProfile>>("queues");
    private readonly IMongoCollection<Aggregate<TrackedEvent>> tracked = database.GetCollection<Aggregate<TrackedEvent>>(TrackedCollection);
    private readonly IMongoCollection<RollupDocument> rollups = database.GetCollection<RollupDocument>(RollupsCollection);
    private readonly IMongoCollection<BsonDocument> erased = database.GetCollection<BsonDocument>("erased_users");

    public async Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken)
    {
        TicketFact? before = null;
        await ChangeAsync(facts, fact.TicketId, fact, known => (before = known)?.Join(fact) ?? fact, cancellationToken);
        await MarkStaleAsync(fact, cancellationToken);
        if (before is not null && (before.QueueId != fact.QueueId || RollupHour.Of(before.CreatedAt) != RollupHour.Of(fact.CreatedAt)))
            await MarkStaleAsync(before, cancellationToken);
        if (fact.UserId is { } user && await IsErasedAsync(user, cancellationToken))
            await ChangeAsync(facts, fact.TicketId, fact, known => (known ?? fact) with { UserId = null }, cancellationToken);
    }

    public Task RecordQueueAsync(QueueProfile queue, CancellationToken cancellationToken) =>
        ChangeAsync(
            queues,
            queue.QueueId,
            queue,
            known => known is null || queue.Version > known.Version ? queue : known,
            cancellationToken
        );

    public async Task EraseUserAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            await erased.InsertOneAsync(new BsonDocument("_id", userId), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Noted before; the rest may still be to do.
        }

        await tracked.DeleteManyAsync(t => t.State.UserId == userId, cancellationToken);
        await facts.UpdateManyAsync(
            f => f.State.UserId == userId,
            Builders<Aggregate<TicketFact>>.Update.Unset(f => f.State.UserId).Inc(f => f.Version, 1),
            cancellationToken: cancellationToken
        );
    }

    public async Task<QueueProfile?> FindQueueAsync(string queueId, CancellationToken cancellationToken) =>
        (await queues.Find(q => q.Id == queueId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task VisitQueueAsync(string queueId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken) =>
        await facts
            .Find(f => f.State.QueueId == queueId && f.State.CreatedAt >= range.From && f.State.CreatedAt < range.To)
            .ForEachAsync(f => visit(f.State), cancellationToken);

    public async Task<IReadOnlyList<QueueProfile>> QueuesAsync(CancellationToken cancellationToken)
    {
        var found = await queues.Find(Builders<Aggregate<QueueProfile>>.Filter.Empty).SortBy(q => q.Id).ToListAsync(cancellationToken);
        return [.. found.Select(q => q.State)];
    }

    public async Task<IReadOnlyList<long>> VisitRollupsAsync(
        string queueId,
        long from,
        long to,
        Action<ReadOnlyMemory<byte>> visit,
        CancellationToken cancellationToken
    )
    {
        var stale = new List<long>();
        await rollups
            .Find(r => r.QueueId == queueId && r.Hour >= from && r.Hour < to)
            .SortBy(r => r.Hour)
            .ForEachAsync(
                r =>
                {
                    if (r.Stale)
                        stale.Add(r.Hour);
                    else
                        visit(r.Data);
                },
                cancellationToken
            );
        return stale;
    }

    public async Task<int> RollUpAsync(int limit, CancellationToken cancellationToken)
    {
        var stale = await rollups.Find(r => r.Stale).SortBy(r => r.Hour).ThenBy(r => r.Id).Limit(limit).ToListAsync(cancellationToken);
        foreach (var old in stale)
        {
            var rollup = new Rollup();
            await VisitQueueAsync(
                old.QueueId,
                new TimeRange(RollupHour.Start(old.Hour), RollupHour.Start(old.Hour + 1)),
                rollup.Add,
                cancellationToken
            );
            await rollups.UpdateOneAsync(
                r => r.Id == old.Id && r.Generation == old.Generation,
                Builders<RollupDocument>.Update.Set(r => r.Data, rollup.Pack()).Set(r => r.Stale, false),
                cancellationToken: cancellationToken
            );
        }

        return stale.Count;
    }

    public async Task<int> ForgetAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var hour = RollupHour.Of(before);
        await rollups.DeleteManyAsync(r => r.Hour < hour, cancellationToken);
        var end = RollupHour.Start(hour);
        var old = await facts
            .Find(f => f.State.CreatedAt < end)
            .SortBy(f => f.State.CreatedAt)
            .ThenBy(f => f.Id)
            .Limit(limit)
            .Project(f => f.Id)
            .ToListAsync(cancellationToken);
        if (old.Count > 0)
            await facts.DeleteManyAsync(Builders<Aggregate<TicketFact>>.Filter.In(f => f.Id, old), cancellationToken);
        return old.Count;
    }

    public async Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(
        string userId,
        FactPosition? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<TicketFact>>.Filter;
        var filter = where.Eq(f => f.State.UserId, userId);
        if (after is { CreatedAt: var at, TicketId: var id })
        {
            filter &= where.Lt(f => f.State.CreatedAt, at) | (where.Eq(f => f.State.CreatedAt, at) & where.Lt(f => f.Id, id));
        }

        var found = await facts
            .Find(filter)
            .SortByDescending(f => f.State.CreatedAt)
            .ThenByDescending(f => f.Id)
            .Limit(limit)
            .ToListAsync(cancellationToken);
        return [.. found.Select(f => f.State)];
    }

    public async Task TrackAsync(TrackedEvent tracked, StoredResponse? answer, CancellationToken cancellationToken)
    {
        try
        {
            await this.tracked.InsertOneAsync(
                Aggregate<TrackedEvent>.New(tracked.Id, 1, tracked, answer),
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        if (!await IsErasedAsync(tracked.UserId, cancellationToken))
            return;
        await this.tracked.DeleteOneAsync(t => t.Id == tracked.Id, cancellationToken);
        throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
    }

    public async Task<DateTimeOffset?> TrackedSinceAsync(string userId, int count, CancellationToken cancellationToken) =>
        (
            await tracked
                .Find(t => t.State.UserId == userId)
                .SortByDescending(t => t.Id)
                .Skip(count - 1)
                .Limit(1)
                .FirstOrDefaultAsync(cancellationToken)
        )
            ?.State
            .ReceivedAt;

    public async Task<IReadOnlyList<TrackedEvent>> TrackedAsync(
        TrackedFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<TrackedEvent>>.Filter;
        var wanted = where.Empty;
        if (filter.UserId is { } user)
            wanted &= where.Eq(t => t.State.UserId, user);
        if (filter.QueueId is { } queue)
            wanted &= where.Eq(t => t.State.QueueId, queue);
        if (filter.EventType is { } type)
            wanted &= where.Eq(t => t.State.EventType, type);
        if (filter.From is { } from)
            wanted &= where.Gte(t => t.Id, TrackedEvent.FirstId(from));
        if (filter.To is { } to)
            wanted &= where.Lt(t => t.Id, TrackedEvent.FirstId(to));
        if (after is not null)
            wanted &= where.Lt(t => t.Id, after);
        var found = await tracked.Find(wanted).SortByDescending(t => t.Id).Limit(limit).ToListAsync(cancellationToken);
        return [.. found.Select(t => t.State)];
    }

    public async Task<int> ForgetTrackedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<TrackedEvent>>.Filter;
        var old = await tracked
            .Find(where.Lt(t => t.Id, TrackedEvent.FirstId(before)))
            .SortBy(t => t.Id)
            .Limit(limit)
            .Project(t => t.Id)
            .ToListAsync(cancellationToken);
        if (old.Count > 0)
            await tracked.DeleteManyAsync(where.In(t => t.Id, old), cancellationToken);
        return old.Count;
    }

    public async Task<TrackedEvent?> FindTrackedAsync(string id, CancellationToken cancellationToken) =>
        (await tracked.Find(t => t.Id == id).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await tracked.Find(t => t.Answer!.KeyHash == keyHash).FirstOrDefaultAsync(cancellationToken))?.Answer?.Stored();

    private async Task MarkStaleAsync(TicketFact fact, CancellationToken cancellationToken)
    {
        var hour = RollupHour.Of(fact.CreatedAt);
        var update = Builders<RollupDocument>
            .Update.Set(r => r.Stale, true)
            .Inc(r => r.Generation, 1)
            .SetOnInsert(r => r.QueueId, fact.QueueId)
            .SetOnInsert(r => r.Hour, hour);
        while (true)
        {
            try
            {
                var id = RollupDocument.IdOf(fact.QueueId, hour);
                await rollups.UpdateOneAsync(r => r.Id == id, update, new UpdateOptions { IsUpsert = true }, cancellationToken);
                return;
            }
            catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                // Two made the document at once; the next try finds it.
            }
        }
    }

    private async Task<bool> IsErasedAsync(string userId, CancellationToken cancellationToken) =>
        await erased.Find(Builders<BsonDocument>.Filter.Eq("_id", userId)).AnyAsync(cancellationToken);

    private static async Task ChangeAsync<TState>(
        IMongoCollection<Aggregate<TState>> collection,
        string id,
        TState first,
        Func<TState?, TState> change,
        CancellationToken cancellationToken
    )
        where TState : class
    {
        while (true)
        {
            var known = await collection.Find(a => a.Id == id).FirstOrDefaultAsync(cancellationToken);
            if (known is null)
            {
                try
                {
                    await collection.InsertOneAsync(
                        Aggregate<TState>.New(id, 1, first, answer: null),
                        cancellationToken: cancellationToken
                    );
                    return;
                }
                catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
                {
                    // Another event of the same aggregate was first: join with what it left.
                    continue;
                }
            }

            var next = change(known.State);
            if (next.Equals(known.State))
                return;
            var result = await collection.UpdateOneAsync(
                Aggregate<TState>.At(id, known.Version),
                Aggregate<TState>.Change(known.Version + 1, next),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 1)
                return;
        }
    }
}
