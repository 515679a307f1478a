using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>What may be asked of tickets and lines. Nothing here changes anything.</summary>
internal sealed class TicketQueries(
    ITicketStore store,
    TicketAccess access,
    QueuePolicies policies,
    LineForecasts forecasts,
    TimeProvider time
)
{
    private const int MostMissed = 50;

    // A grace of a day, and a day of waiting before it; it bounds what is read of the past.
    private static readonly TimeSpan LongestVisit = TimeSpan.FromDays(2);

    /// <summary>A ticket as its reader may see it.</summary>
    public async Task<TicketView> ReadAsync(string ticketId, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(await access.FindAsync(ticketId, caller, cancellationToken), cancellationToken);

    /// <summary>Every transition of a ticket, the first one first.</summary>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<IReadOnlyList<TicketTransitionView>> HistoryAsync(
        string ticketId,
        Caller caller,
        CancellationToken cancellationToken
    ) => [.. (await access.FindAsync(ticketId, caller, cancellationToken)).History.Select(TicketTransitionView.Of)];

    /// <summary>Open tickets of a queue with position and estimate, in calling order.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="page">Which of them.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> for a cursor that is none of a line.</exception>
    public async Task<Page<TicketView>> LineAsync(string queueId, PageRequest page, CancellationToken cancellationToken)
    {
        var queue = await policies.GetAsync(queueId, cancellationToken);
        var after = page.After is null ? null : LinePosition.Parse(page.After);
        var errors = new FieldErrors();
        if (page.After is not null && after is null)
            errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        var tickets = await store.LineAsync(queueId, after, page.Limit + 1, cancellationToken);
        var rows = Page<Ticket>.Of(tickets, page, t => LinePosition.Of(t).ToString());
        var views = await ViewsAsync(rows.Items, queue, cancellationToken);
        return rows.Map(t => views[t.Id]);
    }

    /// <summary>The first of the lines of several queues, one line after the other; queues that are not there are left out.</summary>
    public async Task<IReadOnlyList<TicketView>> LinesAsync(
        IReadOnlyCollection<string> queueIds,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var tickets = new List<TicketView>();
        foreach (var queueId in queueIds)
        {
            if (await policies.FindAsync(queueId, cancellationToken) is { } queue)
            {
                var first = await store.LineAsync(queueId, after: null, limit, cancellationToken);
                tickets.AddRange((await ViewsAsync(first, queue, cancellationToken)).Values);
            }
        }

        return tickets;
    }

    /// <summary>Open tickets of several queues with position and estimate, in the order in which a counter calls them.</summary>
    /// <param name="counter">The counter, for its rule.</param>
    /// <param name="queueIds">The queues; those that are not there are left out.</param>
    /// <param name="page">Which of them.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c> for a cursor that is none of such a list.</exception>
    public async Task<Page<TicketView>> LineOfAsync(
        Counter counter,
        IReadOnlyCollection<string> queueIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var after = page.After is null ? null : CounterPosition.Parse(page.After);
        var errors = new FieldErrors();
        if (page.After is not null && after is null)
            errors.Add("cursor", "must be a cursor from an earlier answer");
        errors.ThrowIfAny();
        var queues = new Dictionary<string, QueueDefinition>();
        var tickets = new List<Ticket>();
        foreach (var queueId in queueIds)
        {
            if (await policies.FindAsync(queueId, cancellationToken) is not { } queue)
                continue;
            queues.Add(queueId, queue);
            tickets.AddRange(await store.LineAsync(queueId, after?.In(counter.RankOf(queueId)), page.Limit + 1, cancellationToken));
        }

        var rows = Page<Ticket>.Of([.. tickets.OrderBy(t => CounterPosition.Of(t, counter)).Take(page.Limit + 1)], page, t =>
            CounterPosition.Of(t, counter).ToString()
        );
        var views = new Dictionary<string, TicketView>();
        foreach (var ticket in rows.Items)
            views[ticket.Id] = await ViewAsync(ticket, queues[ticket.QueueId], cancellationToken);
        return rows.Map(t => views[t.Id]);
    }

    /// <summary>Who did not come and may still be put back in line, the latest first.</summary>
    /// <param name="branchId">The branch.</param>
    /// <param name="queueIds">Only of these queues; <c>null</c> for all of the branch.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<TicketView>> MissedAsync(
        string branchId,
        IEnumerable<string?>? queueIds,
        CancellationToken cancellationToken
    )
    {
        var now = time.Now();
        var missed = new List<Ticket>();
        foreach (var queueId in queueIds ?? [null])
        {
            var filter = new TicketFilter(queueId, TicketStatus.NoShow, null, now - LongestVisit, null) { BranchIds = [branchId] };
            missed.AddRange(await store.ListAsync(filter, PageRequest.First(4 * MostMissed), cancellationToken));
        }

        var back = new List<TicketView>();
        foreach (var ticket in missed.OrderByDescending(t => t.ClosedAt).ThenByDescending(t => t.Id, StringComparer.Ordinal))
        {
            if (
                back.Count < MostMissed
                && await policies.FindAsync(ticket.QueueId, cancellationToken) is { } queue
                && now - ticket.ClosedAt <= TimeSpan.FromSeconds(queue.RejoinGrace)
            )
                back.Add(TicketView.Of(ticket, null, null));
        }

        return back;
    }

    /// <summary>A page of tickets.</summary>
    public async Task<Page<TicketView>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = Page<Ticket>.Of(await store.ListAsync(filter, page, cancellationToken), page, t => t.Id);
        var queues = new Dictionary<string, QueueDefinition?>();
        var views = new Dictionary<string, TicketView>();
        foreach (var ticket in rows.Items)
        {
            if (!queues.TryGetValue(ticket.QueueId, out var queue))
                queues.Add(ticket.QueueId, queue = await policies.FindAsync(ticket.QueueId, cancellationToken));
            views[ticket.Id] = await ViewAsync(ticket, queue, cancellationToken);
        }

        return rows.Map(t => views[t.Id]);
    }

    /// <summary>What someone who joins now should expect.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<EtaView> EstimateAsync(string queueId, CancellationToken cancellationToken)
    {
        var queue = await policies.GetAsync(queueId, cancellationToken);
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        var now = time.Now();
        return EtaView.Of(forecast.EstimateNewcomer(now), ServiceCalendar.IsOpen(queue, now));
    }

    private async Task<OrderedDictionary<string, TicketView>> ViewsAsync(
        IEnumerable<Ticket> tickets,
        QueueDefinition queue,
        CancellationToken cancellationToken
    )
    {
        var views = new OrderedDictionary<string, TicketView>(StringComparer.Ordinal);
        foreach (var ticket in tickets)
            views.Add(ticket.Id, await ViewAsync(ticket, queue, cancellationToken));
        return views;
    }

    private async Task<TicketView> ViewAsync(Ticket ticket, CancellationToken cancellationToken) =>
        await ViewAsync(
            ticket,
            ticket.Status == TicketStatus.Waiting ? await policies.FindAsync(ticket.QueueId, cancellationToken) : null,
            cancellationToken
        );

    private async Task<TicketView> ViewAsync(Ticket ticket, QueueDefinition? queue, CancellationToken cancellationToken)
    {
        if (ticket.Status != TicketStatus.Waiting)
            return TicketView.Of(ticket, null, null);
        if (queue is null)
            return TicketView.Of(ticket, await store.CountAheadAsync(ticket, time.Now(), cancellationToken), null);
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        var ahead = forecast.Ahead(ticket.Id, time.Now()) ?? await store.CountAheadAsync(ticket, time.Now(), cancellationToken);
        return TicketView.Of(ticket, ahead, forecast.Estimate(ticket.Id, ticket.Priority, ahead, time.Now()));
    }
}
