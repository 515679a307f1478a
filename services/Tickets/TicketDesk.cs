using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>All that changes a line but calling, which is <see cref="CallDesk"/>'s: load, decide, save. A decision that loses a race is
/// made again on what won.</summary>
internal sealed class TicketDesk(
    ITicketStore store,
    TicketAccess access,
    QueuePolicies policies,
    CounterDesk counters,
    LineForecasts forecasts,
    GuestJoins joins,
    TicketsOptions options,
    TimeProvider time
)
{
    // Whoever was called and was not there is neither first again nor last.
    private const int PlacesLost = 2;

    /// <summary>Issues a number with a place in the line; a guest's ticket comes with its tracking token.</summary>
    /// <exception cref="RefusedException">
    /// <c>QUEUE_NOT_FOUND</c>, <c>QUEUE_CLOSED</c>, <c>QUEUE_FULL</c>, <c>ALREADY_IN_QUEUE</c>, or <c>RATE_LIMITED</c> for a guest whose
    /// network has, or takes, too many.
    /// </exception>
    public Task<TicketView> TakeAsync(
        string queueId,
        NewTicket draft,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var queue = caller.IsOperator ? await policies.GetAsync(queueId, caller, token) : await policies.GetAsync(queueId, token);
                var now = time.Now();
                RequireOpen(queue, now);
                if (draft.Network is not null)
                    joins.Count(queueId, draft.Network);
                var trackingToken = draft.UserId is null ? SecretToken.New() : null;
                var ticket = draft with
                {
                    Id = time.NewId(),
                    TrackingTokenHash = trackingToken is null ? null : SecretToken.HashOf(trackingToken),
                };
                var forecast = await forecasts.GetAsync(queue, token);
                TicketChange? issued = null;
                TicketView? view = null;
                var request = new PlaceRequest(ticket.Id, queue, CalendarOf(queue).ServiceDay(now), now)
                {
                    UserId = ticket.UserId,
                    Priority = ticket.Priority,
                    Phone = ticket.InHouse ? null : ticket.Phone,
                    Network = ticket.Network,
                    PlacesPerNetwork = options.PlacesPerNetwork,
                };
                try
                {
                    await store.TakeAsync(
                        request,
                        place =>
                        {
                            (issued, view) = Issue(ticket, queue, place, forecast, now, caller);
                            view = view with { TrackingToken = trackingToken };
                            return (issued, key?.Seal(view, now));
                        },
                        token
                    );
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.RateLimited)
                {
                    JoinMetrics.Refused("places");
                    throw;
                }

                await forecasts.ApplyAsync(issued!.Event);
                return view!;
            },
            cancellationToken
        );

    /// <summary>Gives who arrives for an appointment their ticket, which has the appointment's id: whoever arrives again has it already. The
    /// line has a place for them even where it is full.</summary>
    /// <param name="arrival">Who arrives, as the appointment service admits them.</param>
    /// <param name="caller">Who says so.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The ticket, or the one that goes on with it; and whether it was made now.</returns>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>QUEUE_CLOSED</c>, or <c>ALREADY_IN_QUEUE</c> for an account that stands
    /// there with another ticket.</exception>
    public async Task<(TicketView Ticket, bool Made)> ArriveAsync(Arrival arrival, Caller caller, CancellationToken cancellationToken)
    {
        if (await OfArrivalAsync(arrival, cancellationToken) is { } before)
            return (before, false);
        var queue = await policies.GetAsync(arrival.QueueId, cancellationToken);
        var now = time.Now();
        RequireOpen(queue, now);
        var draft = new NewTicket
        {
            Id = arrival.Id,
            Source = TicketSource.Appointment,
            Turn = arrival.Turn,
            UserId = arrival.UserId,
            CustomerName = arrival.CustomerName,
            Phone = arrival.Phone,
            Email = arrival.Email,
            Notes = arrival.Notes,
            Language = arrival.Language,
            TrackingTokenHash = arrival.TokenHash,
        };
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        TicketChange? issued = null;
        TicketView? view = null;
        try
        {
            await store.TakeAsync(
                new PlaceRequest(draft.Id, queue, CalendarOf(queue).ServiceDay(now), now) { UserId = draft.UserId, Turn = draft.Turn },
                place =>
                {
                    (issued, view) = Issue(draft, queue, place, forecast, now, caller);
                    return (issued, null);
                },
                cancellationToken
            );
        }
        // Another request has made it meanwhile.
        catch (RefusedException e) when (e.Code is ErrorCodes.AlreadyInQueue or ErrorCodes.ServiceUnavailable)
        {
            if (await OfArrivalAsync(arrival, cancellationToken) is { } made)
                return (made, false);
            throw;
        }

        await forecasts.ApplyAsync(issued!.Event);
        return (view!, true);
    }

    /// <summary>Moves a ticket to a status: to <c>waiting</c> from a counter or from having been missed, or from being set aside.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="to">The status; <c>cancelled</c> is <see cref="CancelAsync"/>'s.</param>
    /// <param name="counter">The counter; there must be one for <c>called</c>, and it must be one of the queue's.</param>
    /// <param name="reason">Why, where it matters.</param>
    /// <param name="caller">Who wants it; a ticket that is not theirs does not exist for them.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, <c>FORBIDDEN</c> for a holder, <c>INVALID_TRANSITION</c>,
    /// <c>COUNTER_BUSY</c>, <c>VERSION_CONFLICT</c>.</exception>
    public async Task<TicketView> MoveAsync(
        string ticketId,
        TicketStatus to,
        string? counter,
        string? reason,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var ticket = await access.FindAsync(ticketId, caller, cancellationToken);
        if (!caller.IsStaffOf(ticket.BranchId))
            throw new RefusedException(ErrorCodes.Forbidden, "You may only cancel your ticket; staff do the rest.");
        if (to == TicketStatus.Waiting && ticket.Status != TicketStatus.Parked)
            return await RequeueAsync(ticketId, caller, expected, null, reason, key, cancellationToken);
        return await ChangeAsync(
            ticketId,
            caller,
            expected,
            async (current, queue) =>
            {
                var at = counter is null ? null : (await counters.ForCallAsync(queue, counter, caller, cancellationToken)).Ref();
                var now = time.Now();
                return to switch
                {
                    TicketStatus.Waiting => current.Unpark(now, caller.UserId),
                    TicketStatus.Called => current.Call(at!, now, caller.UserId),
                    TicketStatus.Serving => current.Start(at, now, caller.UserId),
                    TicketStatus.Served => current.Serve(now, caller.UserId),
                    TicketStatus.NoShow => current.MarkNoShow(reason, now, caller.UserId),
                    TicketStatus.Parked => current.Park(reason, now, caller.UserId),
                    _ => throw TicketTransitions.Invalid(current.Status, $"A ticket becomes {to.Wire()} by other means"),
                };
            },
            key,
            cancellationToken
        );
    }

    /// <summary>Announces a called ticket again.</summary>
    public Task<TicketView> RecallAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) => ChangeAsync(ticketId, caller, expected, (t, queue, now) => t.Recall(queue.MaxRecalls, now, caller.UserId), key, cancellationToken);

    /// <summary>Sets a ticket aside.</summary>
    public Task<TicketView> ParkAsync(
        string ticketId,
        string? reason,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) => ChangeAsync(ticketId, caller, expected, (t, _, now) => t.Park(reason, now, caller.UserId), key, cancellationToken);

    /// <summary>Brings a ticket back that was set aside, with the time it has waited credited.</summary>
    public Task<TicketView> UnparkAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) => ChangeAsync(ticketId, caller, expected, (t, _, now) => t.Unpark(now, caller.UserId), key, cancellationToken);

    /// <summary>Cancels a ticket; one that is cancelled already stays as it is.</summary>
    public async Task<TicketView> CancelAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        var ticket = await access.FindAsync(ticketId, caller, cancellationToken);
        if (ticket.Status == TicketStatus.Cancelled)
            return TicketView.Of(ticket, null, null);
        return await ChangeAsync(
            ticketId,
            caller,
            expected,
            (t, _, now) => t.Cancel(reason, now, caller.UserId),
            key: null,
            cancellationToken
        );
    }

    /// <summary>Puts a called or missed ticket back in line, behind the first <paramref name="afterPosition"/>, or the next two if staff do
    /// not say.</summary>
    public Task<TicketView> RequeueAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        int? afterPosition,
        string? reason,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            ticketId,
            caller,
            expected,
            async (ticket, queue) =>
            {
                var grace = TimeSpan.FromSeconds(queue.RejoinGrace);
                // Put back before all others, who arrived for an appointment keeps their turn: the call is undone.
                if (afterPosition == 0 && ticket.Turn is not null)
                    return ticket.Requeue(order: null, grace, reason, time.Now(), caller.UserId);
                var orders = await store.OrdersAsync(ticket.QueueId, ticket.Id, cancellationToken);
                var now = time.Now();
                var order = orders.Behind(afterPosition ?? PlacesLost, ticket, now);
                return ticket.Requeue(order, grace, reason, now, caller.UserId);
            },
            key,
            cancellationToken
        );

    /// <summary>Lets <paramref name="places"/> others go first.</summary>
    public Task<TicketView> DeferAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        int places,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            ticketId,
            caller,
            expected,
            async (ticket, _) =>
            {
                var before = await store.CountAheadAsync(ticket, time.Now(), cancellationToken);
                var orders = await store.OrdersAsync(ticket.QueueId, ticket.Id, cancellationToken);
                var now = time.Now();
                var order = orders.Behind(before + places, ticket, now);
                return ticket.Defer(places, order, now, caller.UserId, byHolder: !caller.IsStaffOf(ticket.BranchId));
            },
            key,
            cancellationToken
        );

    /// <summary>Corrects what is known of a ticket.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="byStaff">Whether it is more than its holder may correct, who may correct how they are reached.</param>
    /// <param name="correct">What it is to be of what it is.</param>
    /// <param name="caller">Staff, or its holder.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, <c>FORBIDDEN</c>, <c>VERSION_CONFLICT</c>, or
    /// <c>INVALID_TRANSITION</c> for another priority of one that does not wait.</exception>
    public Task<TicketView> CorrectAsync(
        string ticketId,
        bool byStaff,
        Func<TicketDetails, TicketDetails> correct,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            ticketId,
            caller,
            expected,
            (t, queue, now) =>
            {
                if (byStaff && !caller.IsStaffOf(t.BranchId))
                    throw new RefusedException(ErrorCodes.Forbidden, "Its holder may correct name and contact; staff do the rest.");
                return t.Correct(correct(TicketDetails.Of(t)), queue.PriorityHeadStart, now, caller.UserId);
            },
            key,
            cancellationToken
        );

    /// <summary>Cancels all who wait in a queue or are set aside; who is at a counter is finished.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="reason">What they are told.</param>
    /// <param name="sameNetworkAs">One of their tickets, to cancel only the guests who came from the same network.</param>
    /// <param name="caller">The operator.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="cancellationToken">Cancels it before anything is done.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> for a ticket of no guest who waits
    /// there.</exception>
    public async Task<ClearView> ClearAsync(
        string queueId,
        string reason,
        string? sameNetworkAs,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var queue = await policies.GetAsync(queueId, caller, cancellationToken);
        return await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var line = (await store.OpenAsync(queueId, token))
                    .Where(t => t.Status is TicketStatus.Waiting or TicketStatus.Parked)
                    .ToList();
                var named = line.Find(t => t.Id == sameNetworkAs);
                if (sameNetworkAs is not null)
                    line = OfNetwork(line, named?.Network);
                var cancelled = 0;
                await Parallel.ForEachAsync(
                    line.Where(t => t != named),
                    new ParallelOptions { MaxDegreeOfParallelism = 32 },
                    async (ticket, _) =>
                    {
                        if (await ClearAsync(ticket, reason, caller))
                            Interlocked.Increment(ref cancelled);
                    }
                );
                // Last, so that a repeat of a request that died before finds by it who else was meant.
                if (named is not null && await ClearAsync(named, reason, caller))
                    cancelled++;
                var view = new ClearView(cancelled);
                if (key is not null)
                    await store.KeepAnswerAsync(queue.BranchId, key.Seal(view, time.Now()), CancellationToken.None);
                return view;
            },
            cancellationToken
        );
    }

    /// <summary>Closes a ticket here and goes on with it in another queue, at the place its join time earns. Returns the new
    /// ticket.</summary>
    public Task<TicketView> TransferAsync(
        string ticketId,
        string toQueueId,
        int? priority,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var target = await policies.GetAsync(toQueueId, caller, token);
                for (var race = 0; race < LineRefusals.MaxRaces; race++)
                {
                    var ticket = await access.FindAsync(ticketId, caller, token);
                    expected.Require(ticket.Version);
                    var now = time.Now();
                    if (ticket.QueueId == toQueueId)
                        throw new RefusedException(ErrorCodes.InvalidTransition, "It stands in that queue already.");
                    RequireOpen(target, now);
                    var successorId = time.NewId();
                    var closing = ticket.Transfer(toQueueId, successorId, now, caller.UserId);
                    var standing = priority ?? ticket.Priority;
                    var forecast = await forecasts.GetAsync(target, token);
                    TicketChange? issued = null;
                    TicketView? view = null;
                    if (
                        await store.TransferAsync(
                            closing,
                            ticket.Version,
                            new PlaceRequest(successorId, target, CalendarOf(target).ServiceDay(now), now)
                            {
                                UserId = ticket.UserId,
                                Priority = standing,
                                Network = ticket.Network,
                                Brought = ticket.NumberIn(target),
                                Since = ticket.CreatedAt,
                            },
                            place =>
                            {
                                var estimate = forecast.EstimateAt(successorId, standing, place.Ahead, place.Order, turn: null, now);
                                issued = ticket.ContinueIn(successorId, target, place, standing, Told(estimate), now, caller.UserId);
                                view = TicketView.Of(issued.Next, place.Ahead, estimate);
                                return (issued, key?.Seal(view, now));
                            },
                            token
                        )
                    )
                    {
                        await forecasts.ApplyAsync(closing.Event);
                        await forecasts.ApplyAsync(issued!.Event);
                        return view!;
                    }
                }

                throw LineRefusals.TooManyRaces();
            },
            cancellationToken
        );

    /// <summary>
    /// Closes the line of a queue that its service is about to delete, at the version it deletes; repeating it is harmless. Should the
    /// deletion not come, the queue is there and gives no numbers until it is changed, which makes a later version, or the deletion is
    /// repeated.
    /// </summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_EMPTY</c>, or <c>QUEUE_NOT_FOUND</c> for who does not run it.</exception>
    public async Task CloseLineAsync(string queueId, long version, Caller caller, CancellationToken cancellationToken)
    {
        if (await policies.FindAsync(queueId, cancellationToken) is not null)
            await policies.GetAsync(queueId, caller, cancellationToken);
        if (!await store.CloseLineAsync(queueId, version, cancellationToken))
            throw new RefusedException(ErrorCodes.QueueNotEmpty, "The queue has active tickets. Serve, transfer or cancel them first.");
    }

    private static (TicketChange Issued, TicketView View) Issue(
        NewTicket draft,
        QueueDefinition queue,
        Place place,
        LineForecast forecast,
        DateTimeOffset now,
        Caller caller
    )
    {
        var estimate = forecast.EstimateAt(draft.Id, draft.Priority, place.Ahead, place.Order, draft.Turn, now);
        var issued = Ticket.Issue(draft, queue, place, Told(estimate), now, caller.UserId);
        return (issued, TicketView.Of(issued.Next, place.Ahead, estimate));
    }

    private async Task<TicketView?> OfArrivalAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        var ticket = await store.FindAsync(arrival.Id, cancellationToken);
        while (ticket?.TransferredTo is { } next && await store.FindAsync(next, cancellationToken) is { } successor)
            ticket = successor;
        return ticket is null ? null
            : await policies.FindAsync(ticket.QueueId, cancellationToken) is { } queue ? await AfterAsync(ticket, queue, cancellationToken)
            : TicketView.Of(ticket, null, null);
    }

    private static void RequireOpen(QueueDefinition queue, DateTimeOffset now)
    {
        if (!queue.IsActive)
            throw LineRefusals.SwitchedOff(queue.Name);
        var calendar = CalendarOf(queue);
        if (!calendar.IsOpen(now))
            throw LineRefusals.OutsideHours(
                queue.Name,
                calendar.LocalTime(now),
                calendar.OpensNext(now) is { } opens ? calendar.LocalTime(opens) : null,
                calendar.ClosureAt(now)?.Reason
            );
    }

    private static ServiceCalendar CalendarOf(QueueDefinition queue) =>
        ServiceCalendar.Of(queue)
        ?? throw new RefusedException(
            ErrorCodes.QueueClosed,
            $"{queue.Name} gives no numbers: its time zone {queue.TimeZone} is unknown to this server. An administrator can give the queue another one."
        );

    private Task<TicketView> ChangeAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        Func<Ticket, QueueDefinition, DateTimeOffset, TicketChange> decide,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            ticketId,
            caller,
            expected,
            (ticket, queue) => Task.FromResult(decide(ticket, queue, time.Now())),
            key,
            cancellationToken
        );

    private async Task<TicketView> ChangeAsync(
        string ticketId,
        Caller caller,
        IReadOnlyCollection<long>? expected,
        Func<Ticket, QueueDefinition, Task<TicketChange>> decide,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        // Before the kept answer is looked for: only who may act on the ticket is given it.
        var found = await access.FindAsync(ticketId, caller, cancellationToken);
        return await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var ticket = found;
                var queue = await policies.GetAsync(ticket.QueueId, token);
                for (var race = 0; race < LineRefusals.MaxRaces; race++)
                {
                    expected.Require(ticket.Version);
                    // Each time: what was counted before another change of the ticket holds no more after it.
                    var change = await decide(ticket, queue);
                    var view = await AfterAsync(change.Next, queue, token);
                    if (await store.SaveAsync(change, ticket.Version, queue, key?.Seal(view, time.Now()), token))
                    {
                        await forecasts.ApplyAsync(change.Event);
                        return view;
                    }

                    ticket = await store.FindAsync(ticket.Id, token)
                        ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket.");
                }

                throw LineRefusals.TooManyRaces();
            },
            cancellationToken
        );
    }

    private static List<Ticket> OfNetwork(List<Ticket> line, string? network)
    {
        var errors = new FieldErrors();
        if (network is null)
            errors.Add("sameNetworkAs", "must be a ticket that waits in this queue, taken by a guest from outside the house");
        errors.ThrowIfAny();
        return [.. line.Where(t => t.Network == network)];
    }

    // Whether it is cancelled now; one that was called meanwhile is not.
    private async Task<bool> ClearAsync(Ticket? ticket, string reason, Caller caller)
    {
        while (ticket?.Status is TicketStatus.Waiting or TicketStatus.Parked)
        {
            var change = ticket.Cancel(reason, time.Now(), caller.UserId);
            if (await store.SaveAsync(change, ticket.Version, queue: null, answer: null, CancellationToken.None))
            {
                await forecasts.ApplyAsync(change.Event);
                return true;
            }

            ticket = await store.FindAsync(ticket.Id, CancellationToken.None);
        }

        return ticket?.Status == TicketStatus.Cancelled;
    }

    private static WaitPromise Told(Promise estimate) => new(estimate.Middle, estimate.Low, estimate.High);

    // What a change will have made of the ticket, told before it is saved, since the answer is kept with it: the forecast still has it
    // where it was.
    private async Task<TicketView> AfterAsync(Ticket next, QueueDefinition queue, CancellationToken cancellationToken)
    {
        if (next.Status != TicketStatus.Waiting)
            return TicketView.Of(next, null, null);
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        var ahead = await store.CountAheadAsync(next, time.Now(), cancellationToken);
        return TicketView.Of(next, ahead, forecast.EstimateAt(next.Id, next.Priority, ahead, next.Order, next.Turn, time.Now()));
    }
}
