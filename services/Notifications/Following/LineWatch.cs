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

    // By queue, and in it by id: a line that moved costs what it tells of, however many are followed in all.
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, FollowedTicket>> lines = new();

    // Tickets that left while their joining was still to be heard, and in which order they did.
    private readonly ConcurrentDictionary<string, DateTimeOffset> gone = new();
    private readonly ConcurrentQueue<(string TicketId, DateTimeOffset Since)> leaving = new();
    private readonly SemaphoreSlim recovering = new(1);
    private volatile bool recovered;

    public void Changed(TicketState ticket)
    {
        if (ticket.Status != TicketStatus.Waiting)
        {
            if (lines.TryGetValue(ticket.QueueId, out var line))
                line.TryRemove(ticket.Id, out _);
            var now = time.GetUtcNow();
            if (gone.TryAdd(ticket.Id, now))
                leaving.Enqueue((ticket.Id, now));
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
        if (!lines.TryGetValue(line.QueueId, out var followed) || followed.IsEmpty)
            return;
        foreach (var (at, ticketId) in line.TicketIds.Index())
        {
            if (!followed.TryGetValue(ticketId, out var ticket))
                continue;
            var place = new LinePlace(at + 1, line.Waits[at]);
            if (ticket.Moved(place, line.OccurredAt, options, now) is var (template, key))
                await desk.TellPlaceAsync(ticket, place, template, key, cancellationToken);
        }

        if (line.Whole)
            DropMissing(followed, line);
    }

    public void Dispose() => recovering.Dispose();

    private void Follow(FollowedTicket ticket) => lines.GetOrAdd(ticket.QueueId, _ => new()).TryAdd(ticket.TicketId, ticket);

    // Those who left, though that was heard by another process.
    private static void DropMissing(ConcurrentDictionary<string, FollowedTicket> followed, LinePositionsChanged line)
    {
        var there = line.TicketIds.ToHashSet(StringComparer.Ordinal);
        foreach (var ticket in followed)
        {
            if (line.OccurredAt - ticket.Value.Since > JoinedForSure && !there.Contains(ticket.Key))
                followed.TryRemove(ticket);
        }
    }

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
        while (leaving.TryPeek(out var first) && now - first.Since > LongestDay && leaving.TryDequeue(out first))
            gone.TryRemove(KeyValuePair.Create(first.TicketId, first.Since));
    }
}
