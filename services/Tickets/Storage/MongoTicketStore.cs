using System.Globalization;
using System.Text.Json.Nodes;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>
/// Lines and tickets in MongoDB without multi-document transactions. A place is taken by one update of the line's document, which
/// enforces number, capacity, one ticket per account and phone number, and the places of a network; then the ticket is inserted. A request
/// that dies between the two leaves a place without a ticket: <see cref="RecoverLineAsync"/> puts a void document under the ticket's id first,
/// so that a late insert fails, and only then gives the place back. A transfer keeps its successor in the closed ticket's own document
/// until that is inserted.
/// </summary>
internal sealed class MongoTicketStore(IMongoDatabase database, MongoOutbox outbox, TimeProvider time) : ITicketStore
{
    public const string Tickets = "tickets";
    public const string Policies = "policies";
    public const string Lines = "lines";

    /// <summary>The id of the counter that holds the ticket, while one does.</summary>
    public const string HeldBy = "heldBy";

    /// <summary>The ticket a transfer goes on as, until it is inserted.</summary>
    public const string Successor = "successor";

    /// <summary>Until when a desk is about to call a waiting ticket, UTC. One that dies meanwhile holds nobody up for longer.</summary>
    public const string ClaimedUntil = "claimedUntil";

    /// <summary>The id of the place that an open ticket has, where it is another than the ticket's own.</summary>
    public const string PlaceOf = "placeId";

    /// <summary>The branch, by which tickets are sharded: of what stands where a request died, too, so that both meet.</summary>
    public const string BranchOf = "branchId";

    /// <summary>The turn of who arrived for an appointment; absent of a walk-in.</summary>
    public const string Turn = "turn";

    /// <summary>Set on what stands where a request died.</summary>
    public const string Void = "void";

    /// <summary>The unique index on <see cref="HeldBy"/>.</summary>
    public const string HeldIndex = "held_by";

    /// <summary>The unique index on the numbers of a branch and service day.</summary>
    public const string NumberIndex = "branch_number";

    private const int DuplicateKey = 11000;
    private const int ForgottenAtOnce = 200;

    // Longer than a request that opens a ticket can take.
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private static readonly FilterDefinitionBuilder<Aggregate<Ticket>> Where = Builders<Aggregate<Ticket>>.Filter;
    private static readonly FilterDefinitionBuilder<MongoLine> WhereLine = Builders<MongoLine>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoLine> DoLine = Builders<MongoLine>.Update;
    private static readonly SortDefinition<Aggregate<Ticket>> CallingOrder = Builders<Aggregate<Ticket>>
        .Sort.Ascending(t => t.State.Order)
        .Ascending(t => t.Id);

    private static readonly UpdateDefinition<MongoLine> LookAtOnce = DoLine
        .Set(l => l.LookAt, DateTime.UnixEpoch)
        .Set(l => l.DueAt, DateTime.UnixEpoch);

    private static readonly FilterDefinition<Aggregate<Ticket>> IsOpen = Where.In(
        t => t.State.Status,
        [TicketStatus.Waiting, TicketStatus.Called, TicketStatus.Serving, TicketStatus.Parked]
    );

    // And not what stands where a request died.
    private static readonly FilterDefinition<Aggregate<Ticket>> IsTicket = Where.Exists(Void, exists: false);

    private static readonly FilterDefinition<Aggregate<Ticket>> IsWaiting = Where.Eq(t => t.State.Status, TicketStatus.Waiting);

    private static readonly FilterDefinition<Aggregate<Ticket>> IsBooked = Where.Exists(Turn);
    private static readonly FilterDefinition<Aggregate<Ticket>> IsWalkIn = Where.Exists(Turn, exists: false);

    // The next number is not one that somebody in the line has since the day before, nor one that went to another line.
    private static readonly FilterDefinition<MongoLine> NextIsFree = BsonDocument.Parse(
        """{ $expr: { $not: [{ $in: [{ $add: ["$number", 1] }, { $concatArrays: [{ $ifNull: ["$held", []] }, "$places.number"] }] }] } }"""
    );

    private readonly IMongoCollection<Aggregate<Ticket>> tickets = database.GetCollection<Aggregate<Ticket>>(Tickets);
    private readonly IMongoCollection<BsonDocument> documents = database.GetCollection<BsonDocument>(Tickets);
    private readonly IMongoCollection<MongoLine> lines = database.GetCollection<MongoLine>(Lines);
    private readonly MongoClosedTickets closed = new(database, time);
    private readonly IMongoCollection<QueuePolicyDocument> policies = database.GetCollection<QueuePolicyDocument>(Policies);

    public async Task TakeAsync(
        PlaceRequest request,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var place = await TakePlaceAsync(request, cancellationToken);
            var (change, answer) = issue(place);
            try
            {
                // The place is taken: whether or not anyone still listens, the ticket that stands there is made.
                await tickets.InsertOneAsync(Document(change, answer), cancellationToken: CancellationToken.None);
                break;
            }
            catch (MongoWriteException e) when (e.IsDuplicateIn(NumberIndex))
            {
                // Another queue had the prefix today and gave this number: the line goes on after its last.
                await GiveBackAsync(request, place.Number);
                await PassOverAsync(request, place.Number, cancellationToken);
            }
            catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
            {
                await GiveBackAsync(request, place.Number);
                if (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
                    throw new DuplicateIdempotencyKeyException();
                throw new RefusedException(ErrorCodes.ServiceUnavailable, "Taking the number took too long. Try again.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }
            catch (MongoException)
            {
                // It may have been inserted all the same. If not, it never will be, and the place is free at once.
                if (await TryVoidAsync(request.Queue.BranchId, request.TicketId, CancellationToken.None))
                    await GiveBackAsync(request, place.Number);
                throw;
            }
        }

        outbox.Wake();
    }

    public async Task<bool> SaveAsync(
        TicketChange change,
        long expectedVersion,
        QueueDefinition? queue,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var next = change.Next;
        var from = change.Event is TicketDetailsChanged ? next.Status : next.History[^1].From;
        var wasOpen = from is { } status && status.IsOpen();
        if (wasOpen || !next.Status.IsOpen())
            return await SaveAsync(change, expectedVersion, answer, cancellationToken);
        var place = await ReopenPlaceAsync(
            next,
            queue ?? throw new ArgumentNullException(nameof(queue), "A change that opens a ticket needs the queue's definition."),
            cancellationToken
        );
        if (place is null)
            return false;
        bool saved;
        try
        {
            saved = await UpdateAsync(change, expectedVersion, answer, successor: null, place.PlaceId, CancellationToken.None);
        }
        // After any other fault nobody knows whether it is open; the sweep does in a while.
        catch (Exception e) when (e is RefusedException or DuplicateIdempotencyKeyException)
        {
            await ReleaseAsync(next.QueueId, place.PlaceId);
            throw;
        }

        // Each who opens it has a place of their own, so who loses takes no other's.
        if (!saved)
            await ReleaseAsync(next.QueueId, place.PlaceId);
        else
            // A sweep may have thought that it was left behind.
            await lines.UpdateOneAsync(
                WhereLine.Eq(l => l.QueueId, next.QueueId) & WhereLine.Ne("places.placeId", place.PlaceId),
                DoLine.Push(l => l.Places, place),
                cancellationToken: CancellationToken.None
            );
        return saved;
    }

    public async Task<bool> TransferAsync(
        TicketChange closing,
        long expectedVersion,
        PlaceRequest target,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    )
    {
        var had = await PlaceIdOfAsync(closing.Next.Id, cancellationToken);
        var place = await TakePlaceAsync(target, cancellationToken);
        var (change, answer) = issue(place);
        // The closed ticket keeps the answer: its update is the write that decides.
        var successor = Document(change, answer: null);
        try
        {
            if (!await UpdateAsync(closing, expectedVersion, answer, successor, placeId: null, CancellationToken.None))
            {
                await GiveBackAsync(target, place.Number);
                return false;
            }
        }
        catch (DuplicateIdempotencyKeyException)
        {
            await GiveBackAsync(target, place.Number);
            throw;
        }

        await ReleaseAsync(closing.Next.QueueId, had);
        await FinishTransferAsync(closing.Next.Id, successor, CancellationToken.None);
        return true;
    }

    // One update of the document that every place is taken in: whichever of the two is first, the other is refused. A place that a
    // request left which died counts until it is taken back.
    public async Task<bool> CloseLineAsync(string queueId, long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await lines.UpdateOneAsync(
                WhereLine.Eq(l => l.QueueId, queueId) & WhereLine.Exists("places.0", exists: false),
                DoLine.Max(l => l.Closed, version),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 1)
                return true;
            if (await lines.Find(l => l.QueueId == queueId).AnyAsync(cancellationToken))
                return false;
            await BeginLineAsync(queueId, day: "", cancellationToken);
        }
    }

    public async Task<Ticket?> FindAsync(string ticketId, CancellationToken cancellationToken) =>
        await OfAsync(tickets, ticketId, cancellationToken)
        ?? await OfAsync(closed.Tickets, ticketId, cancellationToken)
        // It may have been brought back between the two.
        ?? await OfAsync(tickets, ticketId, cancellationToken);

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken)
    {
        var found = await tickets.Find(Aggregate<Ticket>.Answering(keyHash)).As<BsonDocument>().FirstOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        // The request may have died before the ticket was there that its answer tells of.
        if (found.Contains(Successor))
            await FinishTransferAsync(found, cancellationToken);
        return BsonSerializer.Deserialize<Aggregate<Ticket>>(found).AnswerOf(keyHash);
    }

    // In a void document among the tickets, where the index sees that its key is the only one; it goes with the others.
    public async Task KeepAnswerAsync(string branchId, StoredResponse answer, CancellationToken cancellationToken)
    {
        try
        {
            await documents.InsertOneAsync(
                new BsonDocument
                {
                    ["_id"] = time.NewId(),
                    [BranchOf] = branchId,
                    [Void] = answer.CreatedAt.UtcDateTime,
                    ["answers"] = new BsonArray { AnswerItem.Of(answer).ToBsonDocument() },
                },
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }
    }

    public async Task<Ticket?> CallFirstAsync(
        IReadOnlyList<string> queueIds,
        DateTimeOffset now,
        Func<IReadOnlyList<LineHead>, Ticket> choose,
        Func<Ticket, (TicketChange Change, StoredResponse? Answer)> call,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < LineRefusals.MaxRaces; race++)
        {
            var heads = new Dictionary<string, LineHead>();
            foreach (var queueId in queueIds)
            {
                if (await HeadAsync(queueId, now, cancellationToken) is { } head)
                    heads.Add(queueId, head);
            }

            if (heads.Count == 0)
            {
                if (!await tickets.Find(Where.In(t => t.State.QueueId, queueIds) & IsWaiting).AnyAsync(cancellationToken))
                    return null;
                // Others are about to call those: whoever is left is seen when they have.
                await Task.Delay(LookAgain, time, cancellationToken);
                continue;
            }

            var chosen = choose([.. heads.Values]);
            var line = heads[chosen.QueueId];
            var counted = chosen.Turn is not null && line.WalkIn is not null;
            if (counted && !await CountInARowAsync(chosen.QueueId, line.InARow, line.InARow + 1))
                continue;
            // Taken out of the sight of other desks by one update, so that many at once do not all try for the same one.
            var claimed = await tickets.FindOneAndUpdateAsync(
                Unclaimed(chosen.QueueId)
                    & Where.Eq(t => t.State.BranchId, chosen.BranchId)
                    & (chosen.Turn is { } turn ? IsBooked & (turn.At <= now ? DueAt(now) : Where.Empty) : IsWalkIn),
                Builders<Aggregate<Ticket>>.Update.Set(ClaimedUntil, (time.GetUtcNow() + Claim).UtcDateTime),
                new FindOneAndUpdateOptions<Aggregate<Ticket>> { Sort = CallingOrder, ReturnDocument = ReturnDocument.After },
                cancellationToken
            );
            if (claimed is null)
            {
                await TakeBackAsync();
                continue;
            }

            // Another desk was faster at the one that was chosen: is this one still before those of the other queues?
            if (claimed.Id != chosen.Id)
            {
                heads[chosen.QueueId] = chosen.Turn is null ? line with { WalkIn = claimed.State } : line with { Booked = claimed.State };
                if (choose([.. heads.Values]).Id != claimed.Id)
                {
                    await UnclaimAsync(claimed);
                    await TakeBackAsync();
                    continue;
                }
            }

            try
            {
                var (change, answer) = call(claimed.State);
                if (await UpdateAsync(change, claimed.Version, answer, successor: null, placeId: null, CancellationToken.None))
                {
                    // Not before: who died between the two would have let more with an appointment go than may.
                    if (!counted && line.InARow > 0)
                        await CountInARowAsync(chosen.QueueId, line.InARow, 0);
                    return change.Next;
                }

                await TakeBackAsync();
            }
            catch (Exception e) when (e is RefusedException or DuplicateIdempotencyKeyException)
            {
                await UnclaimAsync(claimed);
                await TakeBackAsync();
                throw;
            }

            Task TakeBackAsync() => counted ? CountInARowAsync(chosen.QueueId, line.InARow + 1, line.InARow) : Task.CompletedTask;
        }

        throw LineRefusals.TooManyRaces();
    }

    public Task<BookedLine> BookedAsync(string queueId, CancellationToken cancellationToken) =>
        BookedAsync(queueId, forOne: true, cancellationToken);

    // Where nobody waits with a turn it costs one look, unless somebody with one is about to.
    private async Task<BookedLine> BookedAsync(string queueId, bool forOne, CancellationToken cancellationToken)
    {
        var waiting = await tickets.Find(Waiting(queueId) & IsBooked).Sort(CallingOrder).ToListAsync(cancellationToken);
        return waiting.Count == 0 && !forOne
            ? BookedLine.Empty
            : new(
                [.. waiting.Select(t => new BookedPlace(t.Id, t.State.Order, t.State.Turn!))],
                await InARowAsync(queueId, cancellationToken)
            );
    }

    public async Task<Ticket?> HeldByAsync(string counterId, CancellationToken cancellationToken) =>
        (await tickets.Find(Where.Eq(HeldBy, counterId)).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyDictionary<string, string>> HeldByAsync(
        IReadOnlyCollection<string> counterIds,
        CancellationToken cancellationToken
    ) =>
        (await documents.Find(Builders<BsonDocument>.Filter.In(HeldBy, counterIds)).ToListAsync(cancellationToken)).ToDictionary(
            t => t[HeldBy].AsString,
            t => t["_id"].AsString
        );

    public async Task<IReadOnlyList<Ticket>> OpenAsync(string queueId, CancellationToken cancellationToken)
    {
        var open = await tickets.Find(Open(queueId)).ToListAsync(cancellationToken);
        return [.. open.Select(t => t.State).OrderBy(LinePosition.Of)];
    }

    public async Task<IReadOnlyList<Ticket>> LineAsync(string queueId, LinePosition? after, int most, CancellationToken cancellationToken)
    {
        var found = new List<Ticket>();
        if (after is null or { Part: LinePart.AtCounter })
        {
            var called = await tickets
                .Find(Where.Eq(t => t.State.QueueId, queueId) & Where.In(t => t.State.Status, [TicketStatus.Called, TicketStatus.Serving]))
                .ToListAsync(cancellationToken);
            found.AddRange(
                called.Select(t => t.State).OrderBy(LinePosition.Of).Where(t => LinePosition.Of(t).CompareTo(after) > 0).Take(most)
            );
        }

        foreach (
            var (part, of) in ((LinePart, FilterDefinition<Aggregate<Ticket>>)[])
                [
                    (LinePart.Booked, Waiting(queueId) & IsBooked),
                    (LinePart.Waiting, Waiting(queueId) & IsWalkIn),
                    (LinePart.Parked, OfStatus(queueId, TicketStatus.Parked)),
                ]
        )
        {
            if (after?.Part > part || found.Count == most)
                continue;
            var where = of;
            if (after?.Part == part)
                where &= Behind(after.Key, after.TicketId);
            var rows = await tickets.Find(where).Sort(CallingOrder).Limit(most - found.Count).ToListAsync(cancellationToken);
            found.AddRange(rows.Select(t => t.State));
        }

        return found;
    }

    public async Task<LineOrders> OrdersAsync(string queueId, string exceptTicketId, CancellationToken cancellationToken) =>
        new(
            await tickets
                .Find(Waiting(queueId) & IsWalkIn & Where.Ne(t => t.Id, exceptTicketId))
                .Sort(CallingOrder)
                .Project(t => t.State.Order)
                .ToListAsync(cancellationToken),
            await BookedAsync(queueId, forOne: false, cancellationToken)
        );

    public async Task<int> CountAheadAsync(Ticket ticket, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await CountBeforeAsync(ticket.QueueId, ticket.Order, ticket.Id, cancellationToken);
        var booked = await BookedAsync(ticket.QueueId, ticket.Turn is not null, cancellationToken);
        if (booked.Places.Count == 0 && ticket.Turn is null)
            return before;
        var others = await tickets.CountDocumentsAsync(
            Waiting(ticket.QueueId) & Where.Ne(t => t.Id, ticket.Id),
            cancellationToken: cancellationToken
        );
        return booked.Ahead(ticket.Id, ticket.Order, ticket.Turn, before, (int)others, now);
    }

    public async Task<IReadOnlyList<Ticket>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var where = IsTicket;
        if (filter.QueueId is not null)
            where &= Where.Eq(t => t.State.QueueId, filter.QueueId);
        if (filter.Status is { } status)
            where &= Where.Eq(t => t.State.Status, status);
        if (filter.UserId is not null)
            where &= Where.Eq(t => t.State.UserId, filter.UserId);
        if (filter.BranchIds is not null)
            where &= Where.In(t => t.State.BranchId, filter.BranchIds);
        if (filter.From is { } from)
            where &= Where.Gte(t => t.State.CreatedAt, from);
        if (filter.To is { } to)
            where &= Where.Lt(t => t.State.CreatedAt, to);
        if (page.After is not null)
            where &= Where.Lt(t => t.Id, page.After);
        var found = await NewestAsync(tickets, where, page, cancellationToken);
        if (filter.Status?.IsOpen() != true)
            // In this order: one that moves between the two is in both, and what the lines have of it counts.
            found =
            [
                .. found
                    .Concat(await NewestAsync(closed.Tickets, where, page, cancellationToken))
                    .DistinctBy(t => t.Id)
                    .OrderByDescending(t => t.Id, StringComparer.Ordinal)
                    .Take(page.Limit + 1),
            ];
        return [.. found.Select(t => t.State)];
    }

    public async Task<IReadOnlyList<string>> LinesWithOpenTicketsAsync(string? branchId, CancellationToken cancellationToken) =>
        await lines
            .Find(branchId is null ? WhereLine.Exists("places.0") : WhereLine.Exists("places.0") & WhereLine.Eq(l => l.BranchId, branchId))
            .Sort(Builders<MongoLine>.Sort.Ascending(l => l.QueueId))
            .Project(l => l.QueueId)
            .ToListAsync(cancellationToken);

    public async Task EraseUserAsync(string userId, CancellationToken cancellationToken)
    {
        await lines.UpdateManyAsync(
            WhereLine.Eq("places.userId", userId),
            DoLine.Unset("places.$[own].phone"),
            new UpdateOptions
            {
                ArrayFilters = [new BsonDocumentArrayFilterDefinition<BsonDocument>(new BsonDocument("own.userId", userId))],
            },
            cancellationToken
        );
        // Who is on their way to another line is there before their tickets are looked for.
        var transfers = await tickets
            .Find(Where.Eq(t => t.State.UserId, userId) & Where.Exists(Successor + "._id"))
            .Project<BsonDocument>(Builders<Aggregate<Ticket>>.Projection.Include(Successor))
            .ToListAsync(cancellationToken);
        foreach (var transfer in transfers)
            await FinishTransferAsync(transfer, cancellationToken);
        await AnonymizeAllAsync(Where.Eq(t => t.State.UserId, userId), int.MaxValue, cancellationToken);
    }

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var due = MongoContacts.Due<Aggregate<Ticket>>(before);
        while (await AnonymizeAllAsync(due, ForgottenAtOnce, cancellationToken) > 0)
        {
            // There may be more.
        }
    }

    public Task MoveClosedAsync(DateTimeOffset before, CancellationToken cancellationToken) => closed.MoveAsync(before, cancellationToken);

    public async Task<int> RecoverAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var recovered = 0;
        foreach (
            var closed in await documents
                .Find(
                    Builders<BsonDocument>.Filter.Exists(Successor + "._id")
                        & Builders<BsonDocument>.Filter.Lt("updatedAt", before.UtcDateTime)
                )
                .ToListAsync(cancellationToken)
        )
        {
            await FinishTransferAsync(closed, cancellationToken);
            recovered++;
        }

        // A void document has done its work long before this.
        await documents.DeleteManyAsync(Builders<BsonDocument>.Filter.Lt(Void, before.UtcDateTime.AddDays(-1)), cancellationToken);
        return recovered;
    }

    public async Task<(int Recovered, DateTimeOffset? OnTheWay)> RecoverLineAsync(
        string queueId,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var line = await lines.Find(l => l.QueueId == queueId).FirstOrDefaultAsync(cancellationToken);
        // Most of the time an index says that there are as many of the ones as of the others.
        if (line is null || line.Places.Count == await tickets.CountDocumentsAsync(Open(queueId), cancellationToken: cancellationToken))
            return (0, null);
        var recovered = 0;
        var statuses = (
            await tickets
                .Find(Where.In(t => t.Id, line.Places.Select(p => p.TicketId)) & IsTicket)
                .Project(t => new { t.Id, t.State.Status })
                .ToListAsync(cancellationToken)
        ).ToDictionary(t => t.Id, t => t.Status);
        DateTimeOffset? onTheWay = null;
        foreach (var place in line.Places)
        {
            var known = statuses.TryGetValue(place.TicketId, out var status);
            if (known && status.IsOpen())
                continue;
            if (place.At >= before.UtcDateTime)
                onTheWay = onTheWay is { } first && first <= place.At ? first : new DateTimeOffset(place.At, TimeSpan.Zero);
            else if (known || await TryVoidAsync(line.BranchId, place.TicketId, cancellationToken))
            {
                await ReleaseAsync(queueId, place.PlaceId);
                recovered++;
            }
        }

        // An open ticket whose place somebody took for left behind.
        var placed = line.Places.Select(p => p.TicketId).ToHashSet(StringComparer.Ordinal);
        var open = await tickets.Find(Open(queueId)).Project(t => t.Id).ToListAsync(cancellationToken);
        foreach (var ticketId in open.Where(id => !placed.Contains(id)))
            recovered += await GivePlaceAgainAsync(queueId, ticketId, before, cancellationToken) ? 1 : 0;
        return (recovered, onTheWay);
    }

    public async Task<IReadOnlyList<Ticket>> CalledAsync(CancellationToken cancellationToken)
    {
        // The index of what counters hold, of which there are as many as counters.
        var called = await tickets
            .Find(Where.Exists(HeldBy) & Where.Eq(t => t.State.Status, TicketStatus.Called))
            .ToListAsync(cancellationToken);
        return [.. called.Select(t => t.State)];
    }

    public async Task<QueuePolicy?> FindPolicyAsync(string queueId, CancellationToken cancellationToken) =>
        await policies.Find(p => p.QueueId == queueId).FirstOrDefaultAsync(cancellationToken) is { } found
            ? new QueuePolicy(found.QueueId, found.Version, found.Definition)
            : null;

    public async Task SavePolicyAsync(QueuePolicy policy, CancellationToken cancellationToken)
    {
        var older = Builders<QueuePolicyDocument>.Filter.Where(p => p.QueueId == policy.QueueId && p.Version < policy.Version);
        var set = Builders<QueuePolicyDocument>.Update.Set(p => p.Version, policy.Version).Set(p => p.Definition, policy.Definition);
        if ((await policies.UpdateOneAsync(older, set, cancellationToken: cancellationToken)).MatchedCount == 0)
            await AddPolicyAsync(policy, older, set, cancellationToken);
        // After it, so that whoever looks at the line then sees it.
        await lines.UpdateOneAsync(
            WhereLine.Eq(l => l.QueueId, policy.QueueId) & WhereLine.Exists(l => l.LookAt),
            LookAtOnce,
            cancellationToken: cancellationToken
        );
    }

    private async Task AddPolicyAsync(
        QueuePolicy policy,
        FilterDefinition<QueuePolicyDocument> older,
        UpdateDefinition<QueuePolicyDocument> set,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await policies.InsertOneAsync(
                new QueuePolicyDocument
                {
                    QueueId = policy.QueueId,
                    Version = policy.Version,
                    Definition = policy.Definition,
                },
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // It is there at this version or a later one, or was inserted this moment by another: then the update applies now.
            await policies.UpdateOneAsync(older, set, cancellationToken: cancellationToken);
        }
    }

    private static FilterDefinition<Aggregate<Ticket>> Waiting(string queueId) => OfStatus(queueId, TicketStatus.Waiting);

    private static FilterDefinition<Aggregate<Ticket>> OfStatus(string queueId, TicketStatus status) =>
        Where.Eq(t => t.State.QueueId, queueId) & Where.Eq(t => t.State.Status, status);

    private Task UnclaimAsync(Aggregate<Ticket> claimed) =>
        tickets.UpdateOneAsync(
            Aggregate<Ticket>.At(claimed.Id, claimed.Version),
            Builders<Aggregate<Ticket>>.Update.Unset(ClaimedUntil),
            cancellationToken: CancellationToken.None
        );

    private FilterDefinition<Aggregate<Ticket>> Unclaimed(string queueId) =>
        Waiting(queueId) & Where.Not(Where.Gt(ClaimedUntil, time.GetUtcNow().UtcDateTime));

    private static FilterDefinition<Aggregate<Ticket>> DueAt(DateTimeOffset now) => Where.Lte(Turn + ".at", now.UtcDateTime);

    private async Task<LineHead?> HeadAsync(string queueId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var walkIn = await FirstAsync(IsWalkIn);
        var booked = await FirstAsync(IsBooked);
        // By priority one that is not due may stand before those that are.
        if (booked?.Turn?.At > now)
            booked = await FirstAsync(IsBooked & DueAt(now)) ?? booked;
        return (walkIn ?? booked) is null
            ? null
            : new LineHead(walkIn, booked, booked is null ? 0 : await InARowAsync(queueId, cancellationToken));

        async Task<Ticket?> FirstAsync(FilterDefinition<Aggregate<Ticket>> of) =>
            (await tickets.Find(Unclaimed(queueId) & of).Sort(CallingOrder).Limit(1).FirstOrDefaultAsync(cancellationToken))?.State;
    }

    private Task<int> InARowAsync(string queueId, CancellationToken cancellationToken) =>
        lines.Find(l => l.QueueId == queueId).Project(l => l.BookedInARow).FirstOrDefaultAsync(cancellationToken);

    // One who was chosen counts as who was next does. Where another call is counted at the same moment, that one alone is.
    private async Task CountCallAsync(Ticket called)
    {
        var isBooked = called.Turn is not null;
        var before = await InARowAsync(called.QueueId, CancellationToken.None);
        var walkInWaits = isBooked && await tickets.Find(Waiting(called.QueueId) & IsWalkIn).AnyAsync(CancellationToken.None);
        var after = BookedLine.InARowAfter(before, isBooked, walkInWaits);
        if (after != before)
            await CountInARowAsync(called.QueueId, before, after);
    }

    // Whether it was as expected, and is counted now. A line from before there was this field has none.
    private async Task<bool> CountInARowAsync(string queueId, int before, int after) =>
        (
            await lines.UpdateOneAsync(
                WhereLine.Eq(l => l.QueueId, queueId)
                    & (before == 0 ? WhereLine.Not(WhereLine.Gt(l => l.BookedInARow, 0)) : WhereLine.Eq(l => l.BookedInARow, before)),
                DoLine.Set(l => l.BookedInARow, after),
                cancellationToken: CancellationToken.None
            )
        ).MatchedCount == 1;

    private static FilterDefinition<Aggregate<Ticket>> Behind(long order, string id) =>
        Where.Gt(t => t.State.Order, order) | (Where.Eq(t => t.State.Order, order) & Where.Gt(t => t.Id, id));

    private static Aggregate<Ticket> Document(TicketChange change, StoredResponse? answer) =>
        Aggregate<Ticket>.New(change.Next.Id, change.Next.Version, change.Next, answer, change.Event);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static OutboxItem Anonymous(OutboxItem item)
    {
        var payload = JsonNode.Parse(item.Payload)!;
        foreach (var personal in (string[])["customerName", "phone", "email"])
            payload["ticket"]![personal] = null;
        return item with { Payload = payload.ToJsonString() };
    }

    // First those of the lines: one that is on its way is copied once more when it changes, and one that has been moved is met after.
    private async Task<int> AnonymizeAllAsync(FilterDefinition<Aggregate<Ticket>> which, int most, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var kept in (IMongoCollection<Aggregate<Ticket>>[])[tickets, closed.Tickets])
        foreach (var id in await kept.Find(which).Limit(most).Project(t => t.Id).ToListAsync(cancellationToken))
        {
            await AnonymizeAsync(kept, id, cancellationToken);
            count++;
        }

        return count;
    }

    private static async Task<Ticket?> OfAsync(
        IMongoCollection<Aggregate<Ticket>> kept,
        string ticketId,
        CancellationToken cancellationToken
    ) => (await kept.Find(Where.Eq(t => t.Id, ticketId) & IsTicket).FirstOrDefaultAsync(cancellationToken))?.State;

    private static Task<List<Aggregate<Ticket>>> NewestAsync(
        IMongoCollection<Aggregate<Ticket>> kept,
        FilterDefinition<Aggregate<Ticket>> where,
        PageRequest page,
        CancellationToken cancellationToken
    ) => kept.Find(where).Sort(Builders<Aggregate<Ticket>>.Sort.Descending(t => t.Id)).Limit(page.Limit + 1).ToListAsync(cancellationToken);

    // What it says, what its events say that are to be published or were, and what the answers say that it keeps.
    private static async Task AnonymizeAsync(IMongoCollection<Aggregate<Ticket>> kept, string ticketId, CancellationToken cancellationToken)
    {
        while (await kept.Find(Where.Eq(t => t.Id, ticketId)).FirstOrDefaultAsync(cancellationToken) is { } found)
        {
            // Same version and same number of events means the same events: changes raise the version, the relay only removes.
            var same = Aggregate<Ticket>.At(found.Id, found.Version);
            if (found.Outbox.Count > 0)
                same &= Where.Size(t => t.Outbox, found.Outbox.Count);
            var result = await kept.UpdateOneAsync(
                same,
                MongoAnswers.Erase(
                    Aggregate<Ticket>
                        .Put(found.State.Anonymous())
                        .Set(t => t.Outbox, [.. found.Outbox.Select(Anonymous)])
                        .Unset("published")
                        .Unset(MongoContacts.Left)
                        .Unset(MongoClosedTickets.Moving),
                    found
                ),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 1)
                return;
        }
    }

    private static FilterDefinition<Aggregate<Ticket>> Open(string queueId) => Where.Eq(t => t.State.QueueId, queueId) & IsOpen;

    private async Task<int> CountBeforeAsync(string queueId, long order, string id, CancellationToken cancellationToken) =>
        (int)
            await tickets.CountDocumentsAsync(
                Waiting(queueId)
                    & Where.Ne(t => t.Id, id)
                    & (Where.Lt(t => t.State.Order, order) | (Where.Eq(t => t.State.Order, order) & Where.Lt(t => t.Id, id))),
                cancellationToken: cancellationToken
            );

    private async Task<Place> TakePlaceAsync(PlaceRequest request, CancellationToken cancellationToken)
    {
        var queue = request.Queue;
        var day = Day(request.ServiceDay);
        var place = new MongoPlace
        {
            PlaceId = request.TicketId,
            TicketId = request.TicketId,
            UserId = request.UserId,
            Phone = request.Phone,
            Network = request.Network,
            At = request.At.UtcDateTime,
        };
        while (true)
        {
            var room = HasRoom(queue.Id, queue.Version, place, request.Capacity, request.PlacesPerNetwork);
            cancellationToken.ThrowIfCancellationRequested();
            var taken = await lines.FindOneAndUpdateAsync(
                request.Brought is null ? room & WhereLine.Eq(l => l.Day, day) & NextIsFree : room,
                Entering(request, place),
                // Not the whole line, which may be long.
                new FindOneAndUpdateOptions<MongoLine, MongoPlaceTaken>
                {
                    ReturnDocument = ReturnDocument.After,
                    Projection = MongoPlaceTaken.Projection,
                },
                // From here on a place may be taken, whether or not anyone still listens.
                CancellationToken.None
            );
            if (taken is null)
            {
                await ExplainAsync(request, place, day, cancellationToken);
                continue;
            }

            var moment = request.StandsBy?.ToUnixTimeMilliseconds() ?? taken.LastArrival;
            var order = LineOrder.OfArrival(moment, request.Priority, queue.PriorityHeadStart);
            var number = request.Brought ?? new PlaceNumber(queue.Prefix, taken.Number, request.ServiceDay);
            try
            {
                return new Place(number, order, await CountAheadOfNewcomerAsync(request, order, taken.Load - 1));
            }
            catch
            {
                await GiveBackAsync(request, number);
                throw;
            }
        }
    }

    // Most stand near the end, so it is looked at from there: all who have a place, but for those at counters or set aside and those behind.
    private async Task<int> CountAheadOfNewcomerAsync(PlaceRequest request, long order, int others)
    {
        const int Near = 100;
        var queueId = request.Queue.Id;
        var behind = await tickets.CountDocumentsAsync(
            // Whoever came meanwhile is not among the others.
            Waiting(queueId) & Where.Lte(t => t.State.CreatedAt, request.At) & Behind(order, request.TicketId),
            new CountOptions { Limit = Near }
        );
        var booked = await BookedAsync(queueId, request.Turn is not null, CancellationToken.None);
        if (behind == Near && booked.Places.Count == 0 && request.Turn is null)
            return await CountBeforeAsync(queueId, order, request.TicketId, CancellationToken.None);
        var outside = await tickets.CountDocumentsAsync(
            Where.Eq(t => t.State.QueueId, queueId)
                & Where.In(t => t.State.Status, [TicketStatus.Called, TicketStatus.Serving, TicketStatus.Parked])
        );
        var waiting = (int)Math.Max(0, others - outside);
        var before =
            behind == Near
                ? await CountBeforeAsync(queueId, order, request.TicketId, CancellationToken.None)
                : (int)Math.Max(0, waiting - behind);
        return booked.Ahead(request.TicketId, order, request.Turn, before, waiting, request.At);
    }

    // As a pipeline, since arrivals are a millisecond apart at least: what is set depends on what is there.
    private static UpdateDefinition<MongoLine> Entering(PlaceRequest request, MongoPlace place)
    {
        var set = new BsonDocument
        {
            ["branchId"] = Literal(request.Queue.BranchId),
            ["lastArrival"] = new BsonDocument(
                "$max",
                new BsonArray
                {
                    new BsonDocument("$add", new BsonArray { new BsonDocument("$ifNull", new BsonArray { "$lastArrival", 0L }), 1L }),
                    request.At.ToUnixTimeMilliseconds(),
                }
            ),
        };
        foreach (var turn in (string[])["lookAt", "dueAt"])
        {
            // Of those who come in their turn nobody has to go before who stands there already.
            set[turn] =
                request.Brought is null && request.StandsBy is null
                    ? new BsonDocument("$ifNull", new BsonArray { "$" + turn, DateTime.UnixEpoch })
                    : DateTime.UnixEpoch;
        }

        var taken = Literal(place.ToBsonDocument());
        var next = new BsonDocument("$add", new BsonArray { "$number", 1 });
        if (request.Brought is null)
            taken = new BsonDocument("$mergeObjects", new BsonArray { taken, new BsonDocument("number", next) });
        set["places"] = new BsonDocument(
            "$concatArrays",
            new BsonArray
            {
                "$places",
                new BsonArray { taken },
            }
        );
        if (request.Brought is null)
            set["number"] = next;
        return new PipelineUpdateDefinition<MongoLine>(new[] { new BsonDocument("$set", set) });
    }

    private static BsonDocument Literal(BsonValue value) => new("$literal", value);

    /// <summary>Why no place could be taken: refuses, or mends the reason.</summary>
    private async Task ExplainAsync(PlaceRequest request, MongoPlace place, string day, CancellationToken cancellationToken)
    {
        var queue = request.Queue;
        var line = await lines.Find(l => l.QueueId == queue.Id).FirstOrDefaultAsync(cancellationToken);
        if (line is null)
            await BeginLineAsync(queue.Id, day, cancellationToken);
        else if (line.Closed >= queue.Version)
            throw LineRefusals.LineClosed();
        else if (request.Brought is null && line.Day != day)
            await MoveToDayAsync(line, request, day, cancellationToken);
        else if (request.Brought is null && line.Holds(line.Number + 1))
            await GoOnAfterAsync(line, queue, line.Number, [], cancellationToken);
        else
            await RequireRoomAsync(line, place, request.Capacity, request.PlacesPerNetwork, cancellationToken);
    }

    // The day moves both ways: by a clock that was ahead, a corrected time zone, a request that was decided just before midnight. It goes on
    // after the highest number that it has. Of the day the line comes from, the last number given may have no ticket yet: the line keeps it.
    private async Task MoveToDayAsync(MongoLine line, PlaceRequest request, string day, CancellationToken cancellationToken)
    {
        var issued = await LastIssuedAsync(request.Queue, request.ServiceDay, cancellationToken);
        var number = Math.Max(issued, line.LastDay == day ? line.LastNumber : 0);
        await GoOnAfterAsync(
            line,
            request.Queue,
            request.Queue.NumberReset == NumberReset.Daily ? number : Math.Max(number, line.Number),
            [DoLine.Set(l => l.Day, day), DoLine.Set(l => l.LastDay, line.Day), DoLine.Set(l => l.LastNumber, line.Number)],
            cancellationToken
        );
    }

    // The highest number that has the queue's prefix on a day, whichever queue gave it.
    private async Task<int> LastIssuedAsync(QueueDefinition queue, DateOnly day, CancellationToken cancellationToken) =>
        await tickets
            .Find(
                Where.Eq(t => t.State.BranchId, queue.BranchId)
                    & Where.Eq(t => t.State.ServiceDay, day)
                    & Where.Eq(t => t.State.Issued, true)
                    & OfPrefix(queue.Prefix)
            )
            .Sort(Builders<Aggregate<Ticket>>.Sort.Descending(t => t.State.Number))
            .Limit(1)
            .Project(t => t.State.Number)
            .FirstOrDefaultAsync(cancellationToken);

    // The numbers of a prefix lie between it with a hyphen and it with the sign after that.
    private static FilterDefinition<Aggregate<Ticket>> OfPrefix(string prefix) =>
        Where.Gte(t => t.State.TicketNumber, prefix + "-") & Where.Lt(t => t.State.TicketNumber, prefix + ".");

    private async Task PassOverAsync(PlaceRequest request, PlaceNumber given, CancellationToken cancellationToken)
    {
        var last = await LastIssuedAsync(request.Queue, given.ServiceDay, cancellationToken);
        await lines.UpdateOneAsync(
            WhereLine.Eq(l => l.QueueId, request.Queue.Id)
                & WhereLine.Eq(l => l.Day, Day(given.ServiceDay))
                & WhereLine.Lt(l => l.Number, last),
            DoLine.Set(l => l.Number, last),
            cancellationToken: cancellationToken
        );
    }

    // Passes over the numbers that open tickets still have, and takes down which those are. Does nothing if the line has moved meanwhile.
    private async Task GoOnAfterAsync(
        MongoLine line,
        QueueDefinition queue,
        int number,
        IEnumerable<UpdateDefinition<MongoLine>> also,
        CancellationToken cancellationToken
    )
    {
        var elsewhere = await tickets
            .Find(
                Where.Eq(t => t.State.BranchId, queue.BranchId) & Where.Ne(t => t.State.QueueId, queue.Id) & OfPrefix(queue.Prefix) & IsOpen
            )
            .Project(t => t.State.Number)
            .ToListAsync(cancellationToken);
        var known = line with { Held = elsewhere };
        while (known.Holds(number + 1))
            number++;
        await lines.UpdateOneAsync(
            WhereLine.Eq(l => l.QueueId, line.QueueId)
                & WhereLine.Eq(l => l.Day, line.Day)
                & WhereLine.Eq(l => l.Number, line.Number)
                & WhereLine.Eq(l => l.LastArrival, line.LastArrival),
            DoLine.Combine([DoLine.Set(l => l.Number, number), DoLine.Set(l => l.Held, elsewhere), .. also]),
            cancellationToken: cancellationToken
        );
    }

    // Without a day, the first one who takes a number begins it.
    private async Task BeginLineAsync(string queueId, string day, CancellationToken cancellationToken)
    {
        try
        {
            await lines.InsertOneAsync(
                new MongoLine
                {
                    QueueId = queueId,
                    Day = day,
                    Number = 0,
                    Places = [],
                },
                cancellationToken: cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // Another request began the line in the same moment.
        }
    }

    private async Task RequireRoomAsync(
        MongoLine line,
        MongoPlace wanted,
        int capacity,
        int perNetwork,
        CancellationToken cancellationToken
    )
    {
        if (
            line.Places.Find(p =>
                (wanted.UserId is not null && p.UserId == wanted.UserId) || (wanted.Phone is not null && p.Phone == wanted.Phone)
            ) is
            { } own
        )
        {
            // Their last ticket may have been closed by a process that died before it gave the place back, or never been made by one.
            if (
                await FindAsync(own.TicketId, cancellationToken) is { } ticket
                    ? !ticket.Status.IsOpen()
                    : own.At < wanted.At - Abandoned && await TryVoidAsync(line.BranchId, own.TicketId, cancellationToken)
            )
                await ReleaseAsync(line.QueueId, own.PlaceId);
            else
                throw wanted.UserId is not null && own.UserId == wanted.UserId
                    ? LineRefusals.AlreadyInQueue()
                    : LineRefusals.PhoneInQueue();
        }
        else if (wanted.Network is not null && perNetwork > 0 && line.Places.Count(p => p.Network == wanted.Network) >= perNetwork)
        {
            throw LineRefusals.NetworkFull(perNetwork);
        }
        else if (line.Places.Count >= capacity)
        {
            throw LineRefusals.QueueFull(capacity);
        }
    }

    /// <summary>Takes a place for a ticket that is opened again; <c>null</c> while it has one, of another who opens it or who has just
    /// closed it.</summary>
    private async Task<MongoPlace?> ReopenPlaceAsync(Ticket ticket, QueueDefinition queue, CancellationToken cancellationToken)
    {
        var place = PlaceFor(ticket, time.NewId());
        while (true)
        {
            var free =
                HasRoom(ticket.QueueId, queue.Version, place, queue.MaxActiveTickets, perNetwork: 0)
                & WhereLine.Ne("places.ticketId", ticket.Id);
            var result = await lines.UpdateOneAsync(
                free,
                DoLine.Combine(DoLine.Push(l => l.Places, place), LookAtOnce),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 1)
                return place;
            var line = await lines.Find(l => l.QueueId == ticket.QueueId).FirstAsync(cancellationToken);
            if (line.Places.Find(p => p.TicketId == ticket.Id) is { } taken)
            {
                if (taken.At > time.GetUtcNow().UtcDateTime - Abandoned || await IsOpenAsync(ticket.Id, cancellationToken))
                {
                    await Task.Delay(LookAgain, time, cancellationToken);
                    return null;
                }

                await ReleaseAsync(line.QueueId, taken.PlaceId);
                continue;
            }

            if (line.Closed >= queue.Version)
                throw LineRefusals.LineClosed();
            await RequireRoomAsync(line, place, queue.MaxActiveTickets, perNetwork: 0, cancellationToken);
        }
    }

    private async Task<bool> GivePlaceAgainAsync(
        string queueId,
        string ticketId,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        // One that was opened a moment ago has its place by now, or gets it from who opened it.
        if (await FindAsync(ticketId, cancellationToken) is not { } ticket || ticket.UpdatedAt >= before)
            return false;
        var place = PlaceFor(ticket, await PlaceIdOfAsync(ticketId, cancellationToken));
        var given = await lines.UpdateOneAsync(
            WhereLine.Eq(l => l.QueueId, queueId) & WhereLine.Ne("places.ticketId", ticketId),
            DoLine.Push(l => l.Places, place),
            cancellationToken: cancellationToken
        );
        if (given.MatchedCount == 0)
            return false;
        // It may have been closed meanwhile, and looked for its place before there was one.
        if (!await IsOpenAsync(ticketId, CancellationToken.None))
            await ReleaseAsync(queueId, place.PlaceId);
        return true;
    }

    private Task<bool> IsOpenAsync(string ticketId, CancellationToken cancellationToken) =>
        tickets.Find(Where.Eq(t => t.Id, ticketId) & IsOpen).AnyAsync(cancellationToken);

    private async Task<string> PlaceIdOfAsync(string ticketId, CancellationToken cancellationToken)
    {
        var found = await documents
            .Find(Builders<BsonDocument>.Filter.Eq("_id", ticketId))
            .Project(Builders<BsonDocument>.Projection.Include(PlaceOf))
            .FirstOrDefaultAsync(cancellationToken);
        return found is not null && found.TryGetValue(PlaceOf, out var id) ? id.AsString : ticketId;
    }

    // A change that opens nothing. What it closes gives back the place it had: read before, it is that of the version the change is of.
    private async Task<bool> SaveAsync(
        TicketChange change,
        long expectedVersion,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        var next = change.Next;
        var closes = !next.Status.IsOpen() && change.Event is not TicketDetailsChanged;
        var had = closes ? await PlaceIdOfAsync(next.Id, cancellationToken) : "";
        if (!await UpdateAsync(change, expectedVersion, answer, successor: null, placeId: null, cancellationToken))
            return false;
        if (closes)
            await ReleaseAsync(next.QueueId, had);
        else if (change.Event is TicketDetailsChanged)
            await FreePhoneAsync(next);
        else if (change.Event is TicketCalled)
            await CountCallAsync(next);
        return true;
    }

    private static FilterDefinition<MongoLine> HasRoom(string queueId, long queueVersion, MongoPlace wanted, int capacity, int perNetwork)
    {
        // Not "less than", which a line from before there was this field would not match.
        var room =
            WhereLine.Eq(l => l.QueueId, queueId)
            & WhereLine.Not(WhereLine.Gte(l => l.Closed, queueVersion))
            & WhereLine.Exists(string.Create(CultureInfo.InvariantCulture, $"places.{capacity - 1}"), exists: false);
        if (wanted.UserId is not null)
            room &= WhereLine.Ne("places.userId", wanted.UserId);
        if (wanted.Phone is not null)
            room &= WhereLine.Ne("places.phone", wanted.Phone);
        return wanted.Network is null || perNetwork == 0 ? room : room & FewerOf(wanted.Network, perNetwork);
    }

    // In the same update that takes the place, so that of many at once no more than allowed get one.
    private static FilterDefinition<MongoLine> FewerOf(string network, int perNetwork)
    {
        var same = new BsonDocument("$eq", new BsonArray { "$$place.network", new BsonDocument("$literal", network) });
        var ofNetwork = new BsonDocument(
            "$filter",
            new BsonDocument
            {
                ["input"] = "$places",
                ["as"] = "place",
                ["cond"] = same,
            }
        );
        return new BsonDocument("$expr", new BsonDocument("$lt", new BsonArray { new BsonDocument("$size", ofNetwork), perNetwork }));
    }

    private MongoPlace PlaceFor(Ticket ticket, string id) =>
        new()
        {
            PlaceId = id,
            TicketId = ticket.Id,
            Number = ticket.Issued ? ticket.Number : null,
            UserId = ticket.UserId,
            Network = ticket.Network,
            At = time.GetUtcNow().UtcDateTime,
        };

    private async Task<bool> UpdateAsync(
        TicketChange change,
        long expectedVersion,
        StoredResponse? answer,
        Aggregate<Ticket>? successor,
        string? placeId,
        CancellationToken cancellationToken
    )
    {
        var next = change.Next;
        var update = Aggregate<Ticket>.Change(next.Version, next, answer, change.Event);
        update = next.Status.HoldsCounter() && next.CounterId is not null ? update.Set(HeldBy, next.CounterId) : update.Unset(HeldBy);
        update = MongoContacts.Set(update.Unset(ClaimedUntil).Unset(MongoClosedTickets.Moving), next.ContactLeftAt());
        if (successor is not null)
            update = update.Set(Successor, successor);
        if (placeId is not null)
            update = update.Set(PlaceOf, placeId);
        try
        {
            var result = await tickets.UpdateOneAsync(
                Aggregate<Ticket>.At(next.Id, expectedVersion, answer) & Where.Eq(t => t.State.BranchId, next.BranchId),
                update,
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 0)
            {
                if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                    throw new DuplicateIdempotencyKeyException();
                return await closed.BringBackAsync(next.Id, cancellationToken)
                    && await UpdateAsync(change, expectedVersion, answer, successor, placeId, cancellationToken);
            }
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(HeldIndex))
        {
            throw LineRefusals.CounterBusy(next.Counter!);
        }

        outbox.Wake();
        return true;
    }

    // Of a ticket that was closed for a transfer, as it was found.
    private Task FinishTransferAsync(BsonDocument closed, CancellationToken cancellationToken) =>
        FinishTransferAsync(
            closed["_id"].AsString,
            BsonSerializer.Deserialize<Aggregate<Ticket>>(closed[Successor].AsBsonDocument),
            cancellationToken
        );

    private async Task FinishTransferAsync(string closedId, Aggregate<Ticket> successor, CancellationToken cancellationToken)
    {
        try
        {
            await tickets.InsertOneAsync(successor, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(NumberIndex))
        {
            // Another queue had the prefix today and gave this number: who is on their way keeps it rather than be lost.
            var brought = Aggregate<Ticket>.New(successor.Id, successor.Version, successor.State with { Issued = false }, answer: null);
            brought.Outbox.AddRange(successor.Outbox);
            await FinishTransferAsync(closedId, brought, cancellationToken);
            return;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // Either it was inserted already, or its place was taken back because this came very late: the transfer stands, so it gets both
            // again.
            var place = PlaceFor(successor.State, successor.Id);
            var replaced = await tickets.ReplaceOneAsync(
                Where.Eq(t => t.Id, successor.Id) & Where.Eq(t => t.State.BranchId, successor.State.BranchId) & Where.Exists(Void),
                successor,
                cancellationToken: cancellationToken
            );
            if (replaced.MatchedCount == 1)
                await lines.UpdateOneAsync(
                    WhereLine.Eq(l => l.QueueId, successor.State.QueueId) & WhereLine.Ne("places.ticketId", successor.Id),
                    DoLine.Push(l => l.Places, place),
                    cancellationToken: cancellationToken
                );
        }

        await tickets.UpdateOneAsync(
            Where.Eq(t => t.Id, closedId),
            Builders<Aggregate<Ticket>>.Update.Unset(Successor),
            cancellationToken: cancellationToken
        );
        outbox.Wake();
    }

    private async Task<bool> TryVoidAsync(string branchId, string ticketId, CancellationToken cancellationToken)
    {
        try
        {
            await documents.InsertOneAsync(
                new BsonDocument
                {
                    ["_id"] = ticketId,
                    [BranchOf] = branchId,
                    [Void] = time.GetUtcNow().UtcDateTime,
                },
                cancellationToken: cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // It was inserted after all, or was void already and only its place is left to give back.
            return await documents
                .Find(Builders<BsonDocument>.Filter.Eq("_id", ticketId) & Builders<BsonDocument>.Filter.Exists(Void))
                .AnyAsync(cancellationToken);
        }
    }

    // Never cancelled: it belongs to a step that is done.
    private Task ReleaseAsync(string queueId, string placeId) =>
        lines.UpdateOneAsync(WhereLine.Eq(l => l.QueueId, queueId), DoLine.PullFilter(l => l.Places, p => p.PlaceId == placeId));

    // Under a corrected phone number they may come again, and somebody else under the one that was wrong.
    private Task FreePhoneAsync(Ticket ticket) =>
        lines.UpdateOneAsync(
            WhereLine.Eq(l => l.QueueId, ticket.QueueId),
            DoLine.Unset("places.$[own].phone"),
            new UpdateOptions
            {
                ArrayFilters =
                [
                    new BsonDocumentArrayFilterDefinition<BsonDocument>(
                        new BsonDocument
                        {
                            ["own.ticketId"] = ticket.Id,
                            ["own.phone"] = new BsonDocument("$ne", ticket.Phone is null ? BsonNull.Value : ticket.Phone),
                        }
                    ),
                ],
            }
        );

    // The number goes back too while it is still the last one given, so that a request that changes nothing leaves no gap.
    private async Task GiveBackAsync(PlaceRequest request, PlaceNumber number)
    {
        if (request.Brought is null)
        {
            var last = await lines.UpdateOneAsync(
                WhereLine.Eq(l => l.QueueId, request.Queue.Id)
                    & WhereLine.Eq(l => l.Day, Day(number.ServiceDay))
                    & WhereLine.Eq(l => l.Number, number.Value)
                    & WhereLine.Eq("places.placeId", request.TicketId),
                DoLine.Inc(l => l.Number, -1).PullFilter(l => l.Places, p => p.PlaceId == request.TicketId)
            );
            if (last.MatchedCount == 1)
                return;
        }

        await ReleaseAsync(request.Queue.Id, request.TicketId);
    }
}
