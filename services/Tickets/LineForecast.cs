using SmartQueue.Contracts;
using SmartQueue.Estimates;

namespace SmartQueue.Tickets;

/// <summary>What one line has taught, kept up to date by its events. Safe to use from many threads.</summary>
internal sealed class LineForecast(string queueId, double usualService, TimeZoneInfo zone)
{
    private const int MostClosed = 10_000;
    private readonly Lock gate = new();
    private readonly LineModel model = new(usualService);
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private readonly Queue<string> closed = new();
    private bool learning;

    /// <summary>Takes in what happened to a ticket. Repeats and what comes late change nothing.</summary>
    /// <param name="ticket">The ticket after it.</param>
    /// <param name="occurredAt">When, UTC.</param>
    /// <returns>What to learn now, beside everything else; <c>null</c> most times.</returns>
    public Action? Apply(TicketState ticket, DateTimeOffset occurredAt)
    {
        lock (gate)
        {
            if (ticket.Version <= versions.GetValueOrDefault(ticket.Id)) return null;
            versions[ticket.Id] = ticket.Version;
            Take(ticket.Id, ticket.Status, ticket.Priority, ticket.Order ?? long.MaxValue, ticket.Counter, Local(occurredAt));
            if (ticket.ClosedAt is not null) Forget(ticket.Id);
            return BeginLearning();
        }
    }

    /// <summary>Takes in what happened before the events begin.</summary>
    public void Rebuild(IEnumerable<Ticket> tickets)
    {
        var known = tickets.ToList();
        var moves = known.SelectMany(t => t.History.Select((h, i) => (Ticket: t, Entry: h, Index: i))).OrderBy(m => m.Entry.At).ThenBy(m => m.Index);
        Action? learn;
        lock (gate)
        {
            foreach (var (ticket, entry, _) in moves)
                Take(ticket.Id, entry.To, ticket.Priority, ticket.Order, entry.Counter ?? ticket.Counter, Local(entry.At));
            foreach (var ticket in known)
            {
                versions[ticket.Id] = ticket.Version;
                if (ticket.ClosedAt is not null) Forget(ticket.Id);
            }

            learn = BeginLearning();
        }

        learn?.Invoke();
    }

    /// <summary>What to tell someone; <c>null</c> while too little was learned.</summary>
    /// <param name="ticketId">The ticket, or empty for who would join now.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="ahead">How many come first.</param>
    /// <param name="now">UTC.</param>
    public WaitEstimate? Estimate(string ticketId, int priority, int ahead, DateTimeOffset now)
    {
        lock (gate) return model.Learned(ticketId, queueId, priority, ahead, Local(now)) is { } promise ? WaitEstimate.Of(promise) : null;
    }

    private void Take(string id, TicketStatus status, int priority, long order, string? counter, DateTimeOffset at)
    {
        switch (status)
        {
            case TicketStatus.Waiting:
                // Whoever is put back was not served, but kept the counter from others.
                model.End(id, at);
                model.Move(id, priority, order);
                model.Join(id, queueId, priority, order, at);
                model.PromiseTo(id, at);
                break;
            case TicketStatus.Called:
                model.Call(id, counter, at);
                break;
            case TicketStatus.Serving:
                model.Call(id, counter, at);
                break;
            default:
                model.Leave(id, at);
                // One who did not come took the counter's time as well.
                model.End(id, at);
                break;
        }

        model.Sample(at);
    }

    private Action? BeginLearning()
    {
        if (learning || !model.LearningDue) return null;
        learning = true;
        var fit = model.BeginLearning();
        return () =>
        {
            try
            {
                var use = fit();
                lock (gate) use();
            }
            finally
            {
                lock (gate) learning = false;
            }
        };
    }

    // A late repeat of one of the oldest closed tickets would be taken for new; it leaves again with its next event.
    private void Forget(string id)
    {
        closed.Enqueue(id);
        if (closed.Count > MostClosed) versions.Remove(closed.Dequeue());
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);
}
