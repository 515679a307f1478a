using System.Security.Cryptography;
using System.Text;
using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets;

/// <summary>The use cases: load, decide, save. A decision that loses a race is made again on what won.</summary>
internal sealed class TicketDesk(ITicketStore store, QueuePolicies policies, LineForecasts forecasts, TimeProvider time)
{
    private const int TokenBytes = 32;

    /// <summary>Issues a ticket.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>QUEUE_CLOSED</c>, <c>QUEUE_FULL</c> or <c>ALREADY_IN_QUEUE</c>.</exception>
    public Task<TicketView> TakeAsync(string queueId, NewTicket draft, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(key, store.FindAnswerAsync, async token =>
        {
            var queue = await policies.GetAsync(queueId, token);
            var now = time.Now();
            RequireOpen(queue, now);
            var trackingToken = draft.UserId is null ? NewTrackingToken() : null;
            var ticket = draft with { Id = time.NewId(), TrackingTokenHash = trackingToken is null ? null : HashOf(trackingToken) };
            var forecast = await forecasts.GetAsync(queue, token);
            TicketChange? issued = null;
            TicketView? view = null;
            await store.TakeAsync(RequestFor(ticket.Id, ticket.UserId, ticket.Priority, queue, now), place =>
            {
                var estimate = forecast.Estimate(ticket.Id, ticket.Priority, place.Ahead, now);
                issued = Ticket.Issue(ticket, queue, place, Told(estimate), now, caller.UserId);
                view = TicketView.Of(issued.Next, place.Ahead, estimate) with { TrackingToken = trackingToken };
                return (issued, key?.Seal(view, now));
            }, token);
            await forecasts.ApplyAsync(issued!.Event);
            return view!;
        }, cancellationToken);

    /// <summary>Calls the next one to a counter; <c>null</c> if nobody waits.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="complete">Serve what the counter holds first.</param>
    /// <param name="caller">The operator.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>COUNTER_BUSY</c>, <c>QUEUE_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> for a counter the queue does not have.</exception>
    public async Task<TicketView?> CallNextAsync(string queueId, string counter, bool complete, Caller caller, CancellationToken cancellationToken)
    {
        var queue = await policies.GetAsync(queueId, cancellationToken);
        RequireCounter(queue, counter);
        if (await store.HeldByAsync(queueId, counter, cancellationToken) is { } held)
        {
            if (!complete) throw LineRefusals.CounterBusy(counter);
            await ChangeAsync(held, queue, expected: null, (t, now) => t.Serve(now, caller.UserId), cancellationToken);
        }

        TicketChange? call = null;
        if (await store.CallFirstAsync(queueId, first => call = first.Call(counter, time.Now(), caller.UserId), cancellationToken) is not { } called) return null;
        await forecasts.ApplyAsync(call!.Event);
        return await ViewAsync(called, cancellationToken);
    }

    /// <summary>Moves a ticket as <paramref name="decide"/> says.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="caller">Who wants it; a ticket that is not theirs does not exist for them.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="decide">The decision on the present state and the queue, at a time.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, <c>INVALID_TRANSITION</c>, <c>COUNTER_BUSY</c>, <c>VERSION_CONFLICT</c>.</exception>
    public async Task<TicketView> ChangeAsync(
        string ticketId, Caller caller, IReadOnlyCollection<long>? expected, Func<Ticket, QueueDefinition, DateTimeOffset, TicketChange> decide, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(ticketId, caller, cancellationToken);
        var queue = await policies.GetAsync(ticket.QueueId, cancellationToken);
        return await ViewAsync(await ChangeAsync(ticket, queue, expected, (t, now) => decide(t, queue, now), cancellationToken), cancellationToken);
    }

    /// <summary>Cancels a ticket; one that is cancelled already stays as it is.</summary>
    public async Task<TicketView> CancelAsync(string ticketId, Caller caller, IReadOnlyCollection<long>? expected, string? reason, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(ticketId, caller, cancellationToken);
        if (ticket.Status == TicketStatus.Cancelled) return await ViewAsync(ticket, cancellationToken);
        return await ChangeAsync(ticketId, caller, expected, (t, _, now) => t.Cancel(reason, now, caller.UserId), cancellationToken);
    }

    /// <summary>Puts a called or missed ticket back in line, behind the first <paramref name="afterPosition"/> or at its old place.</summary>
    public async Task<TicketView> RequeueAsync(
        string ticketId, Caller caller, IReadOnlyCollection<long>? expected, int? afterPosition, string? reason, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(ticketId, caller, cancellationToken);
        long? order = null;
        if (afterPosition is { } position)
        {
            var line = await WaitingAsync(ticket.QueueId, cancellationToken);
            order = LineOrder.Behind(Peers(line, ticket), line.Take(position).Count(t => t.Priority == ticket.Priority));
        }

        return await ChangeAsync(
            ticketId, caller, expected,
            (t, queue, now) => t.Requeue(order, TimeSpan.FromSeconds(queue.RejoinGrace), reason, now, caller.UserId),
            cancellationToken);
    }

    /// <summary>Lets <paramref name="places"/> others go first.</summary>
    public async Task<TicketView> DeferAsync(string ticketId, Caller caller, IReadOnlyCollection<long>? expected, int places, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(ticketId, caller, cancellationToken);
        var line = await WaitingAsync(ticket.QueueId, cancellationToken);
        // Not by order: some are equal, and the ids tell who comes first.
        var before = line.TakeWhile(t => t.Id != ticket.Id).Count(t => t.Priority == ticket.Priority);
        var order = LineOrder.Behind(Peers(line, ticket), before + places) ?? ticket.Order;
        return await ChangeAsync(ticketId, caller, expected, (t, _, now) => t.Defer(places, order, now, caller.UserId), cancellationToken);
    }

    /// <summary>Closes a ticket here and goes on with it in another queue, at the place its join time earns. Returns the new ticket.</summary>
    public Task<TicketView> TransferAsync(
        string ticketId, string toQueueId, int? priority, Caller caller, IReadOnlyCollection<long>? expected, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(key, store.FindAnswerAsync, async token =>
        {
            var target = await policies.GetAsync(toQueueId, token);
            for (var race = 0; race < LineRefusals.MaxRaces; race++)
            {
                var ticket = await FindAsync(ticketId, caller, token);
                expected.Require(ticket.Version);
                var now = time.Now();
                if (ticket.QueueId == toQueueId)
                    throw new RefusedException(ErrorCodes.InvalidTransition, "It stands in that queue already.");
                if (!target.IsActive) throw Closed(target);
                var successorId = time.NewId();
                var closing = ticket.Transfer(toQueueId, successorId, now, caller.UserId);
                var line = await WaitingAsync(toQueueId, token);
                var standing = priority ?? ticket.Priority;
                var peers = line.Where(t => t.Priority == standing).ToList();
                var earlier = peers.FindIndex(t => t.CreatedAt > ticket.CreatedAt);
                long? order = earlier < 0 ? null : LineOrder.Behind([.. peers.Select(t => t.Order)], earlier);
                var ahead = line.Count(t => t.Priority > standing) + (earlier < 0 ? peers.Count : earlier);
                var forecast = await forecasts.GetAsync(target, token);
                TicketChange? issued = null;
                TicketView? view = null;
                if (await store.TransferAsync(closing, ticket.Version, RequestFor(successorId, ticket.UserId, standing, target, now), place =>
                    {
                        var estimate = forecast.Estimate(successorId, standing, ahead, now);
                        issued = ticket.ContinueIn(successorId, target, place, order, priority, Told(estimate), now, caller.UserId);
                        view = TicketView.Of(issued.Next, ahead, estimate);
                        return (issued, key?.Seal(view, now));
                    }, token))
                {
                    await forecasts.ApplyAsync(closing.Event);
                    await forecasts.ApplyAsync(issued!.Event);
                    return view!;
                }
            }

            throw LineRefusals.TooManyRaces();
        }, cancellationToken);

    /// <summary>A ticket as its reader may see it.</summary>
    public async Task<TicketView> ReadAsync(string ticketId, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(await FindAsync(ticketId, caller, cancellationToken), cancellationToken);

    /// <summary>A ticket the caller may act on.</summary>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<Ticket> FindAsync(string ticketId, Caller caller, CancellationToken cancellationToken)
    {
        var ticket = await store.FindAsync(ticketId, cancellationToken);
        if (ticket is not null && MayTouch(ticket, caller)) return ticket;
        throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours.");
    }

    /// <summary>Open tickets of a queue with position and estimate, in calling order.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="page">Which of them, and one more if there are more. After a ticket that has left the line meanwhile it begins again, rather than skip anyone.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>How many are in the line, and those of the page.</returns>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<(int Count, IReadOnlyList<TicketView> Tickets)> LineAsync(string queueId, PageRequest page, CancellationToken cancellationToken) =>
        await LineAsync(await policies.GetAsync(queueId, cancellationToken), page, cancellationToken);

    /// <summary>The first of the lines of several queues; queues that are not there are left out.</summary>
    public async Task<IReadOnlyList<LineView<TicketView>>> LinesAsync(IReadOnlyCollection<string> queueIds, int limit, CancellationToken cancellationToken)
    {
        var lines = new List<LineView<TicketView>>();
        foreach (var queueId in queueIds)
        {
            if (await policies.FindAsync(queueId, cancellationToken) is not { } queue) continue;
            var (count, tickets) = await LineAsync(queue, PageRequest.First(limit), cancellationToken);
            lines.Add(new(queueId, count, [.. tickets.Take(limit)]));
        }

        return lines;
    }

    /// <summary>A page of tickets.</summary>
    public async Task<Page<TicketView>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = Page<Ticket>.Of(await store.ListAsync(filter, page, cancellationToken), page, t => t.Id);
        var queues = new Dictionary<string, QueueDefinition?>();
        var views = new Dictionary<string, TicketView>();
        foreach (var ticket in rows.Items)
        {
            if (!queues.TryGetValue(ticket.QueueId, out var queue)) queues.Add(ticket.QueueId, queue = await policies.FindAsync(ticket.QueueId, cancellationToken));
            views[ticket.Id] = await ViewAsync(ticket, queue, cancellationToken);
        }

        return rows.Map(t => views[t.Id]);
    }

    /// <summary>What someone who joins now should expect.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<Promise> EstimateAsync(string queueId, CancellationToken cancellationToken) =>
        await EstimateAsync(await policies.GetAsync(queueId, cancellationToken), cancellationToken);

    /// <summary>The same for several queues; those that were never heard of are left out, since the queue service itself asks.</summary>
    public async Task<IReadOnlyList<QueueEta>> EstimatesAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken)
    {
        var etas = new List<QueueEta>();
        foreach (var queueId in queueIds)
        {
            if (await policies.FindKnownAsync(queueId, cancellationToken) is { } queue) etas.Add(new(queueId, EtaView.Of(await EstimateAsync(queue, cancellationToken))));
        }

        return etas;
    }

    /// <summary>Refuses a counter that a queue does not have.</summary>
    public static void RequireCounter(QueueDefinition queue, string counter)
    {
        if (queue.Counters.Count == 0 || queue.Counters.Any(c => c.Name == counter)) return;
        var errors = new FieldErrors();
        errors.Add("counter", "must be one of the queue's counters");
        errors.ThrowIfAny();
    }

    /// <summary>The kept form of a tracking token.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string NewTrackingToken() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    private static bool MayTouch(Ticket ticket, Caller caller) =>
        caller.IsOperator
        || (caller.UserId is not null && caller.UserId == ticket.UserId)
        || (caller.TrackingToken is not null && ticket.TrackingTokenHash is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(caller.TrackingToken)), Encoding.ASCII.GetBytes(ticket.TrackingTokenHash)));

    private static List<long> Peers(IReadOnlyList<Ticket> line, Ticket ticket) =>
        [.. line.Where(t => t.Priority == ticket.Priority && t.Id != ticket.Id).Select(t => t.Order)];

    private static PlaceRequest RequestFor(string ticketId, string? userId, int priority, QueueDefinition queue, DateTimeOffset now) => new(
        ticketId, queue.Id, userId, priority, queue.MaxActiveTickets, CalendarOf(queue).ServiceDay(now), queue.NumberReset == NumberReset.Daily, now);

    private static void RequireOpen(QueueDefinition queue, DateTimeOffset now)
    {
        if (!queue.IsActive) throw Closed(queue);
        if (!CalendarOf(queue).IsOpen(now)) throw new RefusedException(ErrorCodes.QueueClosed, $"{queue.Name} gives no numbers at this hour.");
    }

    private static ServiceCalendar CalendarOf(QueueDefinition queue) => ServiceCalendar.Of(queue) ?? throw new RefusedException(
        ErrorCodes.QueueClosed, $"{queue.Name} gives no numbers: its time zone {queue.TimeZone} is unknown to this server. An administrator can give the queue another one.");

    private static RefusedException Closed(QueueDefinition queue) => new(ErrorCodes.QueueClosed, $"{queue.Name} is closed.");

    private async Task<Ticket> ChangeAsync(
        Ticket ticket, QueueDefinition queue, IReadOnlyCollection<long>? expected, Func<Ticket, DateTimeOffset, TicketChange> decide, CancellationToken cancellationToken)
    {
        for (var race = 0; race < LineRefusals.MaxRaces; race++)
        {
            expected.Require(ticket.Version);
            var change = decide(ticket, time.Now());
            if (await store.SaveAsync(change, ticket.Version, queue.MaxActiveTickets, cancellationToken))
            {
                await forecasts.ApplyAsync(change.Event);
                return change.Next;
            }

            ticket = await store.FindAsync(ticket.Id, cancellationToken)
                ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket.");
        }

        throw LineRefusals.TooManyRaces();
    }

    private async Task<IReadOnlyList<Ticket>> WaitingAsync(string queueId, CancellationToken cancellationToken) =>
        [.. (await store.OpenAsync(queueId, cancellationToken)).Where(t => t.Status == TicketStatus.Waiting)];

    private static WaitPromise Told(Promise estimate) => new(estimate.Middle, estimate.Low, estimate.High);

    private async Task<(int Count, IReadOnlyList<TicketView> Tickets)> LineAsync(QueueDefinition queue, PageRequest page, CancellationToken cancellationToken)
    {
        var (count, tickets) = await store.LineAsync(queue.Id, page, cancellationToken);
        var views = new List<TicketView>();
        foreach (var ticket in tickets) views.Add(await ViewAsync(ticket, queue, cancellationToken));
        return (count, views);
    }

    private async Task<Promise> EstimateAsync(QueueDefinition queue, CancellationToken cancellationToken) =>
        (await forecasts.GetAsync(queue, cancellationToken)).EstimateNewcomer(time.Now());

    private async Task<TicketView> ViewAsync(Ticket ticket, CancellationToken cancellationToken) =>
        await ViewAsync(ticket, ticket.Status == TicketStatus.Waiting ? await policies.FindAsync(ticket.QueueId, cancellationToken) : null, cancellationToken);

    private async Task<TicketView> ViewAsync(Ticket ticket, QueueDefinition? queue, CancellationToken cancellationToken)
    {
        if (ticket.Status != TicketStatus.Waiting) return TicketView.Of(ticket, null, null);
        if (queue is null) return TicketView.Of(ticket, await store.CountAheadAsync(ticket, cancellationToken), null);
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        var ahead = forecast.Ahead(ticket.Id) ?? await store.CountAheadAsync(ticket, cancellationToken);
        return TicketView.Of(ticket, ahead, forecast.Estimate(ticket.Id, ticket.Priority, ahead, time.Now()));
    }
}
