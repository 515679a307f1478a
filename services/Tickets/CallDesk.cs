using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Calls people to counters. A counter holds one ticket at a time, whichever queues its people come from.</summary>
internal sealed class CallDesk(ITicketStore store, QueuePolicies policies, CounterDesk counters, LineForecasts forecasts, TimeProvider time)
{
    /// <summary>Calls the next one of a queue; <c>null</c> if nobody waits.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="counterName">The counter's name.</param>
    /// <param name="complete">Serve what the counter holds first, of whichever queue.</param>
    /// <param name="caller">The operator.</param>
    /// <param name="key">The request's idempotency key. That nobody waited is an answer too: a repeat calls nobody.</param>
    /// <param name="cancellationToken">Cancels it before anything is done.</param>
    /// <exception cref="RefusedException"><c>COUNTER_BUSY</c>, <c>QUEUE_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> for a counter the queue
    /// does not have.</exception>
    public async Task<TicketView?> NextOfQueueAsync(
        string queueId,
        string counterName,
        bool complete,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var queue = await policies.GetAsync(queueId, caller, cancellationToken);
        var counter = await counters.ForCallAsync(queue, counterName, caller, cancellationToken);
        return await NextAsync(counter, _ => Task.FromResult<IReadOnlyList<string>>([queueId]), complete, caller, key, cancellationToken);
    }

    /// <summary>Calls the next one of all queues that a counter serves, by its rule; <c>null</c> if nobody waits in them.</summary>
    /// <param name="counterId">The counter.</param>
    /// <param name="complete">Serve what it holds first.</param>
    /// <param name="caller">The operator, who sits there.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="cancellationToken">Cancels it before anything is done.</param>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>COUNTER_BUSY</c>, <c>COUNTER_TAKEN</c>, or
    /// <c>INVALID_TRANSITION</c> while it is not open.</exception>
    public async Task<TicketView?> NextAtCounterAsync(
        string counterId,
        bool complete,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var counter = await counters.FindAsync(counterId, caller, cancellationToken);
        counter.RequireOpenFor(caller.UserId!);
        return await NextAsync(counter, token => counters.QueuesOfAsync(counter, token), complete, caller, key, cancellationToken);
    }

    /// <summary>Calls a chosen one, out of order.</summary>
    /// <param name="counterId">The counter.</param>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="complete">Serve what the counter holds first.</param>
    /// <param name="caller">The operator, who sits there.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="cancellationToken">Cancels it before anything is done.</param>
    /// <exception cref="RefusedException">As <see cref="NextAtCounterAsync"/>; also <c>TICKET_NOT_FOUND</c>, and <c>VALIDATION_FAILED</c>
    /// for a ticket of a queue that the counter does not serve.</exception>
    public async Task<TicketView> ChosenAsync(
        string counterId,
        string ticketId,
        bool complete,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var counter = await counters.FindAsync(counterId, caller, cancellationToken);
        counter.RequireOpenFor(caller.UserId!);
        return await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var chosen = await ChosenAsync(counter, ticketId, token);
                // Before the one at the counter is done: whether this one can be called at all.
                chosen.Call(counter.Ref(), time.Now(), caller.UserId);
                token = await FreeAsync(counter, complete, caller, key, token);
                for (var race = 0; race < LineRefusals.MaxRaces; race++)
                {
                    var call = chosen.Call(counter.Ref(), time.Now(), caller.UserId);
                    var view = TicketView.Of(call.Next, null, null);
                    if (await store.SaveAsync(call, chosen.Version, queue: null, key?.Seal(view, time.Now()), token))
                    {
                        await forecasts.ApplyAsync(call.Event);
                        return view;
                    }

                    chosen = await ChosenAsync(counter, ticketId, token);
                }

                throw LineRefusals.TooManyRaces();
            },
            cancellationToken
        );
    }

    private async Task<TicketView?> NextAsync(
        Counter counter,
        Func<CancellationToken, Task<IReadOnlyList<string>>> queues,
        bool complete,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var from = await queues(token);
                token = await FreeAsync(counter, complete, caller, key, token);
                var now = time.Now();
                TicketChange? call = null;
                TicketView? view = null;
                if (
                    await store.CallFirstAsync(
                        from,
                        now,
                        heads => LineOrder.Next(heads, counter, now),
                        first =>
                        {
                            call = first.Call(counter.Ref(), time.Now(), caller.UserId);
                            view = TicketView.Of(call.Next, null, null);
                            return (call, key?.Seal(view, time.Now()));
                        },
                        token
                    )
                    is null
                )
                {
                    if (key is not null)
                        await store.KeepAnswerAsync(counter.BranchId, key.Seal<TicketView?>(null, time.Now()), token);
                    return null;
                }

                await forecasts.ApplyAsync(call!.Event);
                return view;
            },
            cancellationToken
        );

    private async Task<Ticket> ChosenAsync(Counter counter, string ticketId, CancellationToken cancellationToken)
    {
        var ticket = await store.FindAsync(ticketId, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket.");
        var errors = new FieldErrors();
        if (ticket.BranchId != counter.BranchId || !counter.Serves(ticket.QueueId))
            errors.Add("ticketId", "must be of a queue that this counter serves");
        errors.ThrowIfAny();
        return ticket;
    }

    // With the token to go on with: done is done, so the call that belongs to it is made whether or not anyone still listens.
    private async Task<CancellationToken> FreeAsync(
        Counter counter,
        bool complete,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        if (complete)
        {
            await CompleteAsync(counter, caller, key, cancellationToken);
            return CancellationToken.None;
        }

        return await store.HeldByAsync(counter.Id, cancellationToken) is null
            ? cancellationToken
            : throw LineRefusals.CounterBusy(counter.Name);
    }

    /// <summary>
    /// Serves what a counter holds. Under a key that is a step of its own: a repeat of a request that died right after it serves nobody
    /// else, and goes on to call.
    /// </summary>
    private async Task CompleteAsync(Counter counter, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var step = key?.Step("complete");
        for (var race = 0; race < LineRefusals.MaxRaces; race++)
        {
            if (step is not null && await store.FindAnswerAsync(step.KeyHash, cancellationToken) is { } before)
            {
                step.Open<string>(before);
                return;
            }

            if (await store.HeldByAsync(counter.Id, cancellationToken) is not { } held)
                return;
            // Another request under this key may just have called the very ticket that the counter holds now.
            if (key is not null && await store.FindAnswerAsync(key.KeyHash, cancellationToken) is not null)
                throw new DuplicateIdempotencyKeyException();
            var now = time.Now();
            var change = held.Serve(now, caller.UserId);
            try
            {
                if (await store.SaveAsync(change, held.Version, queue: null, step?.Seal(held.Id, now), cancellationToken))
                {
                    await forecasts.ApplyAsync(change.Event);
                    return;
                }
            }
            catch (DuplicateIdempotencyKeyException)
            {
                // Another request under this key has served it: the next look finds so.
            }
        }

        throw LineRefusals.TooManyRaces();
    }
}
