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
    /// <param name="page">Which of them, and one more if there are more. After a ticket that has left the line meanwhile it begins again,
    /// rather than skip anyone.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>How many are in the line, and those of the page.</returns>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<(int Count, IReadOnlyList<TicketView> Tickets)> LineAsync(
        string queueId,
        PageRequest page,
        CancellationToken cancellationToken
    ) => await LineAsync(await policies.GetAsync(queueId, cancellationToken), page, cancellationToken);

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
                tickets.AddRange((await LineAsync(queue, PageRequest.First(limit), cancellationToken)).Tickets.Take(limit));
        }

        return tickets;
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

    private async Task<(int Count, IReadOnlyList<TicketView> Tickets)> LineAsync(
        QueueDefinition queue,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var (count, tickets) = await store.LineAsync(queue.Id, page, cancellationToken);
        var views = new List<TicketView>();
        foreach (var ticket in tickets)
            views.Add(await ViewAsync(ticket, queue, cancellationToken));
        return (count, views);
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
            return TicketView.Of(ticket, await store.CountAheadAsync(ticket, cancellationToken), null);
        var forecast = await forecasts.GetAsync(queue, cancellationToken);
        var ahead = forecast.Ahead(ticket.Id) ?? await store.CountAheadAsync(ticket, cancellationToken);
        return TicketView.Of(ticket, ahead, forecast.Estimate(ticket.Id, ticket.Priority, ahead, time.Now()));
    }
}
