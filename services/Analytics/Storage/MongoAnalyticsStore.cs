using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;
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
    public const string FactsCollection = "analytics";

    /// <summary>The collection of what is known of appointments.</summary>
    public const string AppointmentsCollection = "appointments";

    /// <summary>The collection of rollups.</summary>
    public const string RollupsCollection = "rollups";

    /// <summary>The collection of queues' profiles.</summary>
    public const string QueuesCollection = "queues";

    /// <summary>The collection of sessions at counters.</summary>
    public const string SessionsCollection = "sessions";

    static MongoAnalyticsStore() => MongoAnalyticsDocuments.Name();

    private readonly IMongoCollection<Aggregate<TicketFact>> facts = database.GetCollection<Aggregate<TicketFact>>(FactsCollection);
    private readonly IMongoCollection<Aggregate<AppointmentFact>> appointments = database.GetCollection<Aggregate<AppointmentFact>>(
        AppointmentsCollection
    );
    private readonly IMongoCollection<Aggregate<QueueProfile>> queues = database.GetCollection<Aggregate<QueueProfile>>(QueuesCollection);
    private readonly IMongoCollection<Aggregate<TrackedEvent>> tracked = database.GetCollection<Aggregate<TrackedEvent>>(TrackedCollection);
    private readonly IMongoCollection<RollupDocument> rollups = database.GetCollection<RollupDocument>(RollupsCollection);
    private readonly IMongoCollection<SessionDocument> sessions = database.GetCollection<SessionDocument>(SessionsCollection);
    private readonly IMongoCollection<BsonDocument> erased = database.GetCollection<BsonDocument>("erased_users");

    public async Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken)
    {
        TicketFact? before = null;
        await ChangeAsync(facts, fact.TicketId, fact, known => (before = known)?.Join(fact) ?? fact, cancellationToken);
        await MarkStaleAsync(rollups, fact.BranchId, fact.QueueId, RollupHour.Of(fact.CreatedAt), cancellationToken);
        if (before is not null && HourOf(before) != HourOf(fact))
            await MarkStaleAsync(rollups, before.BranchId, before.QueueId, RollupHour.Of(before.CreatedAt), cancellationToken);
        // By what any event told, so that an event that comes again after its process died marks the same.
        await MarkHeldAsync([before?.Join(fact) ?? fact], first: 0, cancellationToken);
        if (fact.UserId is { } user && await IsErasedAsync(user, cancellationToken))
            await ChangeAsync(facts, fact.TicketId, fact, known => (known ?? fact) with { UserId = null }, cancellationToken);
        if (fact.ServedBy is { } servedBy && await IsErasedAsync(servedBy, cancellationToken))
            await ChangeAsync(
                facts,
                fact.TicketId,
                fact,
                known => known is null || known.ServedBy == servedBy ? (known ?? fact) with { ServedBy = null } : known,
                cancellationToken
            );
    }

    public async Task RecordCounterAsync(CounterFact fact, CancellationToken cancellationToken)
    {
        var session = SessionDocument.Of(fact);
        try
        {
            await sessions.InsertOneAsync(session, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Kept before; the rest may still be to do.
        }

        // Of two that come at once each is there before it looks for the other, and an end only ever gets earlier.
        await sessions.UpdateManyAsync(
            s => s.BranchId == fact.BranchId && s.CounterId == fact.CounterId && s.Version < fact.Version,
            Builders<SessionDocument>.Update.Min(s => s.Until, fact.At),
            cancellationToken: cancellationToken
        );
        var later = await sessions
            .Find(s => s.BranchId == fact.BranchId && s.CounterId == fact.CounterId && s.Version > fact.Version)
            .SortBy(s => s.At)
            .ThenBy(s => s.Version)
            .FirstOrDefaultAsync(cancellationToken);
        if (later is not null)
            await sessions.UpdateOneAsync(
                s => s.Id == session.Id,
                Builders<SessionDocument>.Update.Min(s => s.Until, later.At),
                cancellationToken: cancellationToken
            );
        if (fact.OperatorId is { } user && await IsErasedAsync(user, cancellationToken))
            await sessions.UpdateOneAsync(
                s => s.Id == session.Id,
                Builders<SessionDocument>.Update.Unset(s => s.OperatorId),
                cancellationToken: cancellationToken
            );
    }

    public Task RecordAppointmentAsync(AppointmentFact fact, CancellationToken cancellationToken) =>
        ChangeAsync(
            appointments,
            fact.AppointmentId,
            fact,
            known => known is null || fact.Version > known.Version ? fact : known,
            cancellationToken
        );

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
        // Stale before the facts change: what is made from now on leaves the account out, as it is noted.
        await MarkHeldAsync(await ListAsync(facts.Find(f => f.State.ServedBy == userId), cancellationToken), first: 0, cancellationToken);
        await facts.UpdateManyAsync(
            f => f.State.ServedBy == userId,
            Builders<Aggregate<TicketFact>>.Update.Unset(f => f.State.ServedBy).Inc(f => f.Version, 1),
            cancellationToken: cancellationToken
        );
        await sessions.UpdateManyAsync(
            s => s.OperatorId == userId,
            Builders<SessionDocument>.Update.Unset(s => s.OperatorId),
            cancellationToken: cancellationToken
        );
    }

    public async Task<QueueProfile?> FindQueueAsync(
        string queueId,
        IReadOnlyCollection<string>? branchIds,
        CancellationToken cancellationToken
    ) =>
        (
            await queues
                .Find(Builders<Aggregate<QueueProfile>>.Filter.Eq(q => q.Id, queueId) & OfBranches(branchIds))
                .FirstOrDefaultAsync(cancellationToken)
        )?.State;

    public async Task VisitQueueAsync(
        string branchId,
        string queueId,
        TimeRange range,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    ) =>
        await facts
            .Find(f =>
                f.State.BranchId == branchId
                && f.State.QueueId == queueId
                && f.State.CreatedAt >= range.From
                && f.State.CreatedAt < range.To
            )
            .ForEachAsync(f => visit(f.State), cancellationToken);

    public async Task<AppointmentTally> AppointmentsAsync(
        string branchId,
        string queueId,
        TimeRange range,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<AppointmentFact>>.Filter;
        var counts = await appointments
            .Aggregate()
            .Match(
                where.Eq(a => a.State.BranchId, branchId)
                    & where.Eq(a => a.State.QueueId, queueId)
                    & where.Gte(a => a.State.Start, range.From)
                    & where.Lt(a => a.State.Start, range.To)
            )
            .Group<BsonDocument>(new BsonDocument { ["_id"] = "$outcome", ["count"] = new BsonDocument("$sum", 1) })
            .ToListAsync(cancellationToken);
        var tally = new AppointmentTally();
        foreach (var count in counts)
            tally[Enum.Parse<AppointmentOutcome>(count["_id"].AsString)] = count["count"].ToInt32();
        return tally;
    }

    public async Task VisitHeldAsync(string branchId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<TicketFact>>.Filter;
        await facts
            .Find(
                where.Eq(f => f.State.BranchId, branchId)
                    & where.Gte(f => f.State.CalledAt, range.From - HeldTime.Longest)
                    & where.Lte(f => f.State.CalledAt, range.To)
                    & where.Gte(f => f.State.ClosedAt, range.From)
            )
            .ForEachAsync(f => visit(f.State), cancellationToken);
    }

    public async Task VisitRunningAsync(string branchId, Action<TicketFact> visit, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<TicketFact>>.Filter;
        // Each has an index of its own, of the few that are so.
        foreach (var status in (TicketStatus[])[TicketStatus.Called, TicketStatus.Serving])
            await facts
                .Find(where.Eq(f => f.State.BranchId, branchId) & where.Eq(f => f.State.Status, status))
                .ForEachAsync(f => visit(f.State), cancellationToken);
    }

    public async Task<IReadOnlyList<QueueProfile>> QueuesAsync(IReadOnlyCollection<string>? branchIds, CancellationToken cancellationToken)
    {
        var found = await queues.Find(OfBranches(branchIds)).SortBy(q => q.Id).ToListAsync(cancellationToken);
        return [.. found.Select(q => q.State)];
    }

    public async Task<IReadOnlyList<string>> BranchesAsync(CancellationToken cancellationToken)
    {
        using var ofRollups = await rollups.DistinctAsync(
            r => r.BranchId,
            Builders<RollupDocument>.Filter.Empty,
            cancellationToken: cancellationToken
        );
        using var ofSessions = await sessions.DistinctAsync(
            s => s.BranchId,
            Builders<SessionDocument>.Filter.Empty,
            cancellationToken: cancellationToken
        );
        return
        [
            .. (await ofRollups.ToListAsync(cancellationToken))
                .Union(await ofSessions.ToListAsync(cancellationToken))
                .Order(StringComparer.Ordinal),
        ];
    }

    public async Task<IReadOnlyList<SessionSum>> SessionsAsync(string branchId, TimeRange range, CancellationToken cancellationToken)
    {
        var where = Builders<SessionDocument>.Filter;
        var sums = await sessions
            .Aggregate()
            .Match(
                where.Eq(s => s.BranchId, branchId)
                    & where.Gt(s => s.Until, range.From)
                    & where.Lt(s => s.At, range.To)
                    & where.Ne(s => s.Status, CounterStatus.Closed)
            )
            .Group<BsonDocument>(
                new BsonDocument
                {
                    ["_id"] = new BsonDocument
                    {
                        ["counterId"] = "$counterId",
                        ["status"] = "$status",
                        ["operatorId"] = "$operatorId",
                    },
                    // Compared by the version first.
                    ["last"] = new BsonDocument("$max", new BsonDocument { ["version"] = "$version", ["name"] = "$name" }),
                    ["milliseconds"] = new BsonDocument("$sum", Within(range)),
                }
            )
            .ToListAsync(cancellationToken);
        return
        [
            .. sums.Select(s => new SessionSum(
                    s["_id"]["counterId"].AsString,
                    s["last"]["name"].AsString,
                    s["last"]["version"].ToInt64(),
                    Enum.Parse<CounterStatus>(s["_id"]["status"].AsString),
                    s["_id"].AsBsonDocument.GetValue("operatorId", BsonNull.Value) is BsonString user ? user.Value : null,
                    s["milliseconds"].ToInt64()
                ))
                .Where(s => s.Milliseconds > 0),
        ];
    }

    public async Task<IReadOnlyList<long>> VisitRollupsAsync(
        string branchId,
        string queueId,
        long from,
        long to,
        Action<ReadOnlyMemory<byte>> visit,
        CancellationToken cancellationToken
    )
    {
        var stale = new List<long>();
        await rollups
            .Find(r => r.BranchId == branchId && r.QueueId == queueId && r.Hour >= from && r.Hour < to)
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
            var packed = await PackAsync(old.BranchId, old.QueueId, RollupHour.Whole(old.Hour), cancellationToken);
            await rollups.UpdateOneAsync(
                r => r.Id == old.Id && r.Generation == old.Generation,
                Builders<RollupDocument>.Update.Set(r => r.Data, packed).Set(r => r.Stale, false),
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
        await sessions.DeleteManyAsync(
            Builders<SessionDocument>.Filter.In(s => s.BranchId, await BranchesAsync(cancellationToken))
                & Builders<SessionDocument>.Filter.Lte(s => s.Until, end),
            cancellationToken
        );
        await appointments.DeleteManyAsync(a => a.State.Start < end, cancellationToken);
        var old = await ListAsync(
            facts.Find(f => f.State.CreatedAt < end).SortBy(f => f.State.CreatedAt).ThenBy(f => f.Id).Limit(limit),
            cancellationToken
        );
        if (old.Count == 0)
            return 0;
        await facts.DeleteManyAsync(Builders<Aggregate<TicketFact>>.Filter.In(f => f.Id, old.Select(f => f.TicketId)), cancellationToken);
        // Counters may have had them later.
        await MarkHeldAsync(old, hour, cancellationToken);
        return old.Count;
    }

    public async Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(
        string userId,
        IReadOnlyCollection<string>? branchIds,
        FactPosition? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<TicketFact>>.Filter;
        var filter = where.Eq(f => f.State.UserId, userId);
        if (branchIds is not null)
            filter &= where.In(f => f.State.BranchId, branchIds);
        if (after is { CreatedAt: var at, TicketId: var id })
        {
            filter &= where.Lt(f => f.State.CreatedAt, at) | (where.Eq(f => f.State.CreatedAt, at) & where.Lt(f => f.Id, id));
        }

        return await ListAsync(
            facts.Find(filter).SortByDescending(f => f.State.CreatedAt).ThenByDescending(f => f.Id).Limit(limit),
            cancellationToken
        );
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
        if (filter.BranchIds is { } branches)
            wanted &= where.In(t => t.State.QueueId, (await QueuesAsync(branches, cancellationToken)).Select(q => q.QueueId));
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

    /// <summary>Notes that a rollup may not hold everything.</summary>
    internal static async Task MarkStaleAsync(
        IMongoCollection<RollupDocument> rollups,
        string branchId,
        string queueId,
        long hour,
        CancellationToken cancellationToken
    )
    {
        var update = Builders<RollupDocument>
            .Update.Set(r => r.Stale, true)
            .Inc(r => r.Generation, 1)
            .SetOnInsert(r => r.Id, RollupDocument.IdOf(branchId, queueId, hour));
        while (true)
        {
            try
            {
                await rollups.UpdateOneAsync(
                    r => r.BranchId == branchId && r.QueueId == queueId && r.Hour == hour,
                    update,
                    new UpdateOptions { IsUpsert = true },
                    cancellationToken
                );
                return;
            }
            catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                // Two made the document at once; the next try finds it.
            }
        }
    }

    private async Task MarkHeldAsync(IReadOnlyList<TicketFact> held, long first, CancellationToken cancellationToken)
    {
        var hours = held.SelectMany(f => HeldTime.Hours(f).Where(h => h >= first).Select(h => (f.BranchId, Hour: h))).Distinct();
        foreach (var (branchId, hour) in hours)
            await MarkStaleAsync(rollups, branchId, CounterWork.InsteadOfQueue, hour, cancellationToken);
    }

    private async Task<byte[]> PackAsync(string branchId, string queueId, TimeRange hour, CancellationToken cancellationToken)
    {
        if (queueId != CounterWork.InsteadOfQueue)
        {
            var rollup = new Rollup();
            await VisitQueueAsync(branchId, queueId, hour, rollup.Add, cancellationToken);
            return rollup.Pack();
        }

        var held = new List<TicketFact>();
        await VisitHeldAsync(branchId, hour, held.Add, cancellationToken);
        var operators = held.Select(f => f.ServedBy).OfType<string>().Distinct().ToList();
        var gone = (await erased.Find(Builders<BsonDocument>.Filter.In("_id", operators)).ToListAsync(cancellationToken)).ConvertAll(e =>
            e["_id"].AsString
        );
        var work = new CounterWork();
        foreach (var fact in held)
            work.Add(fact.ServedBy is { } user && gone.Contains(user) ? fact with { ServedBy = null } : fact, hour, hour.To);
        return work.Pack();
    }

    // Milliseconds of a session that lie in a range; nothing where clocks made it end before it began.
    private static BsonDocument Within(TimeRange range) =>
        new(
            "$max",
            new BsonArray
            {
                0L,
                new BsonDocument(
                    "$subtract",
                    new BsonArray
                    {
                        new BsonDocument("$min", new BsonArray { "$until", new BsonDateTime(range.To.ToUnixTimeMilliseconds()) }),
                        new BsonDocument("$max", new BsonArray { "$at", new BsonDateTime(range.From.ToUnixTimeMilliseconds()) }),
                    }
                ),
            }
        );

    private static FilterDefinition<Aggregate<QueueProfile>> OfBranches(IReadOnlyCollection<string>? branchIds) =>
        branchIds is null
            ? Builders<Aggregate<QueueProfile>>.Filter.Empty
            : Builders<Aggregate<QueueProfile>>.Filter.In(q => q.State.BranchId, branchIds);

    private static (string BranchId, string QueueId, long Hour) HourOf(TicketFact fact) =>
        (fact.BranchId, fact.QueueId, RollupHour.Of(fact.CreatedAt));

    private static async Task<IReadOnlyList<TicketFact>> ListAsync(
        IFindFluent<Aggregate<TicketFact>, Aggregate<TicketFact>> found,
        CancellationToken cancellationToken
    ) => (await found.ToListAsync(cancellationToken)).ConvertAll(f => f.State);

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
