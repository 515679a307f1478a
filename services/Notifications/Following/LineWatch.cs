using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Following;

/// <summary>
/// Tells the holders of followed tickets how their lines go on, as the ticket service says it. Which tickets those are is kept in memory
/// and found again at the start in the notices that they joined; what was told is known by its key, so a restart repeats nothing.
/// </summary>
internal sealed class LineWatch(
    NotificationDesk desk,
    INotificationStore store,
    LineOptions options,
    NotificationsOptions notifications,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan LongestDay = TimeSpan.FromHours(20);

    // A line computed so much later than a ticket joined would name it.
    private static readonly TimeSpan JoinedForSure = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, FollowedTicket> tickets = new();

    // Tickets that left while their joining was still to be heard.
    private readonly ConcurrentDictionary<string, DateTimeOffset> gone = new();
    private readonly SemaphoreSlim recovering = new(1);
    private volatile bool recovered;

    public void Changed(TicketState ticket)
    {
        if (ticket.Status != TicketStatus.Waiting)
        {
            tickets.TryRemove(ticket.Id, out _);
            gone[ticket.Id] = time.GetUtcNow();
        }
        else if (ticket.Version > 1 || !gone.ContainsKey(ticket.Id))
        {
            Follow(
                new()
                {
                    TicketId = ticket.Id,
                    Number = ticket.TicketNumber,
                    QueueId = ticket.QueueId,
                    QueueName = ticket.QueueName,
                    BranchId = ticket.BranchId,
                    Since = time.GetUtcNow(),
                    UserId = ticket.UserId,
                    Language = ticket.Language,
                }
            );
        }
    }

    /// <summary>A line moved: tells those in it who reached a position, or whose wait changed much.</summary>
    public async Task MovedAsync(LinePositionsChanged line, CancellationToken cancellationToken)
    {
        if (!notifications.Enabled || (options.Positions.Count == 0 && options.WaitChange == 0))
            return;
        await RecoverAsync(cancellationToken);
        var now = time.Now();
        ForgetGone(now);
        var followed = tickets.Values.Where(t => t.QueueId == line.QueueId).ToList();
        if (followed.Count == 0)
            return;
        var places = line.TicketIds.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
        foreach (var ticket in followed)
        {
            if (places.TryGetValue(ticket.TicketId, out var at))
            {
                var place = new LinePlace(at + 1, line.Waits[at]);
                if (ticket.Moved(place, line.OccurredAt, options, now) is var (template, key))
                    await desk.TellPlaceAsync(ticket, place, template, key, cancellationToken);
            }
            // It left, though that was heard by another process.
            else if (line.Whole && line.OccurredAt - ticket.Since > JoinedForSure)
            {
                tickets.TryRemove(KeyValuePair.Create(ticket.TicketId, ticket));
            }
        }
    }

    public void Dispose() => recovering.Dispose();

    private void Follow(FollowedTicket ticket) =>
        tickets.AddOrUpdate(ticket.TicketId, ticket, (_, known) => known.QueueId == ticket.QueueId ? known : ticket);

    // Once, and before anyone is told of a line that moved since: where the store is away, the message is tried again.
    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (recovered)
            return;
        await recovering.WaitAsync(cancellationToken);
        try
        {
            if (recovered)
                return;
            foreach (var joined in await store.JoinedSinceAsync(time.GetUtcNow() - LongestDay, cancellationToken))
            {
                if (FollowedTicket.Of(joined) is { } followed && !gone.ContainsKey(followed.TicketId))
                    Follow(followed);
            }

            recovered = true;
        }
        finally
        {
            recovering.Release();
        }
    }

    private void ForgetGone(DateTimeOffset now)
    {
        foreach (var (id, since) in gone)
        {
            if (now - since > LongestDay)
                gone.TryRemove(id, out _);
        }
    }
}
