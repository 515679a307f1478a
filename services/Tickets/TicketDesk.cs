using System.Security.Cryptography;
using System.Text;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets;

/// <summary>The use cases: load, decide, save. A decision that loses a race is made again on what won.</summary>
internal sealed class TicketDesk(ITicketStore store, QueuePolicies policies, LineActivities activities, LineForecasts forecasts, TimeProvider time)
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
            var estimate = await EstimatorAsync(queue, token);
            TicketView? view = null;
            await store.TakeAsync(RequestFor(ticket.Id, ticket.UserId, ticket.Priority, queue, now), place =>
            {
                var change = Ticket.Issue(ticket, queue, place, now, caller.UserId);
                view = TicketView.Of(change.Next, place.Ahead, estimate(ticket.Id, ticket.Priority, place.Ahead)) with { TrackingToken = trackingToken };
                return (change, key?.Seal(view, now));
            }, token);
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

        var called = await store.CallFirstAsync(queueId, first => first.Call(counter, time.Now(), caller.UserId), cancellationToken);
        return called is null ? null : await ViewAsync(called, cancellationToken);
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
        var peers = Peers(await WaitingAsync(ticket.QueueId, cancellationToken), ticket);
        var order = LineOrder.Behind(peers, peers.Count(o => o < ticket.Order) + places);
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
                var estimate = await EstimatorAsync(target, token);
                TicketView? view = null;
                if (await store.TransferAsync(closing, ticket.Version, RequestFor(successorId, ticket.UserId, standing, target, now), place =>
                    {
                        var change = ticket.ContinueIn(successorId, target, place, order, priority, now, caller.UserId);
                        view = TicketView.Of(change.Next, ahead, estimate(successorId, standing, ahead));
                        return (change, key?.Seal(view, now));
                    }, token))
                    return view!;
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
    public async Task<IReadOnlyList<TicketView>> LineAsync(string queueId, CancellationToken cancellationToken)
    {
        var queue = await policies.GetAsync(queueId, cancellationToken);
        var open = await store.OpenAsync(queueId, cancellationToken);
        var estimate = await EstimatorAsync(queue, cancellationToken);
        var ahead = 0;
        return [.. open.Select(t => t.Status == TicketStatus.Waiting
            ? TicketView.Of(t, ahead, estimate(t.Id, t.Priority, ahead++))
            : TicketView.Of(t, null, null))];
    }

    /// <summary>The same; <c>null</c> if there is no such queue.</summary>
    public async Task<IReadOnlyList<TicketView>?> FindLineAsync(string queueId, CancellationToken cancellationToken)
    {
        try
        {
            return await LineAsync(queueId, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.QueueNotFound)
        {
            return null;
        }
    }

    /// <summary>A page of tickets.</summary>
    public async Task<Page<TicketView>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = Page<Ticket>.Of(await store.ListAsync(filter, page, cancellationToken), page, t => t.Id);
        var lines = new Dictionary<string, Dictionary<string, TicketView>>();
        foreach (var queueId in rows.Items.Where(t => t.Status == TicketStatus.Waiting).Select(t => t.QueueId).Distinct())
            lines[queueId] = (await LineAsync(queueId, cancellationToken)).ToDictionary(t => t.Id);

        // One that was called while the lines were read is shown as it was.
        return rows.Map(t => lines.TryGetValue(t.QueueId, out var line) && line.TryGetValue(t.Id, out var live) ? live : TicketView.Of(t, null, null));
    }

    /// <summary>What someone who joins now should expect.</summary>
    public async Task<(int Ahead, WaitEstimate Estimate)> EstimateAsync(string queueId, CancellationToken cancellationToken)
    {
        var queue = await policies.GetAsync(queueId, cancellationToken);
        var ahead = await store.CountAheadAsync(queueId, 0, cancellationToken);
        var estimate = await EstimatorAsync(queue, cancellationToken);
        return (ahead, estimate("", 0, ahead));
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
        ticketId, queue.Id, userId, priority, queue.MaxActiveTickets, ServiceCalendar.Of(queue).ServiceDay(now), queue.NumberReset == NumberReset.Daily, now);

    private static void RequireOpen(QueueDefinition queue, DateTimeOffset now)
    {
        if (!queue.IsActive) throw Closed(queue);
        if (!ServiceCalendar.Of(queue).IsOpen(now)) throw new RefusedException(ErrorCodes.QueueClosed, $"{queue.Name} gives no numbers at this hour.");
    }

    private static RefusedException Closed(QueueDefinition queue) => new(ErrorCodes.QueueClosed, $"{queue.Name} is closed.");

    private async Task<Ticket> ChangeAsync(
        Ticket ticket, QueueDefinition queue, IReadOnlyCollection<long>? expected, Func<Ticket, DateTimeOffset, TicketChange> decide, CancellationToken cancellationToken)
    {
        for (var race = 0; race < LineRefusals.MaxRaces; race++)
        {
            expected.Require(ticket.Version);
            var change = decide(ticket, time.Now());
            if (await store.SaveAsync(change, ticket.Version, queue.MaxActiveTickets, cancellationToken)) return change.Next;
            ticket = await store.FindAsync(ticket.Id, cancellationToken)
                ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket.");
        }

        throw LineRefusals.TooManyRaces();
    }

    private async Task<IReadOnlyList<Ticket>> WaitingAsync(string queueId, CancellationToken cancellationToken) =>
        [.. (await store.OpenAsync(queueId, cancellationToken)).Where(t => t.Status == TicketStatus.Waiting)];

    private async Task<TicketView> ViewAsync(Ticket ticket, CancellationToken cancellationToken)
    {
        if (ticket.Status != TicketStatus.Waiting) return TicketView.Of(ticket, null, null);
        var queue = await policies.FindAsync(ticket.QueueId, cancellationToken);
        var ahead = await store.CountAheadAsync(ticket, cancellationToken);
        if (queue is null) return TicketView.Of(ticket, ahead, null);
        var estimate = await EstimatorAsync(queue, cancellationToken);
        return TicketView.Of(ticket, ahead, estimate(ticket.Id, ticket.Priority, ahead));
    }

    // From the ticket, its priority and how many come first. What was learned of the line goes before the plain formula.
    private async Task<Func<string, int, int, WaitEstimate>> EstimatorAsync(QueueDefinition queue, CancellationToken cancellationToken)
    {
        var activity = await activities.GetAsync(queue.Id, cancellationToken);
        var forecast = await forecasts.FindAsync(queue.Id);
        return (ticketId, priority, ahead) =>
            forecast?.Estimate(ticketId, priority, ahead, time.Now()) ?? WaitEstimate.Of(ahead, queue.AverageServiceTime, activity);
    }
}
