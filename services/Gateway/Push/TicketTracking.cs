using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// The tickets followed through this gateway. When one of their lines moves, positions change for all behind, so whose position or
/// estimate changed is told with the line.
/// </summary>
internal sealed class TicketTracking(IHubContext<QueueHub> hub, LiveTopics live)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Tracked> tickets = [];
    private readonly HashSet<(string ConnectionId, string QueueId)> queues = [];

    private readonly LatestStatus lines = new();

    /// <summary>A connection follows a ticket; gives the newest state known of it.</summary>
    public TrackedTicket Track(string connectionId, TrackedTicket ticket)
    {
        lock (gate)
        {
            if (!tickets.TryGetValue(ticket.Id, out var tracked))
                tickets[ticket.Id] = tracked = new Tracked(ticket);
            else if (ticket.Version >= tracked.Last.Version)
                tracked.Last = ticket;
            tracked.Connections.Add(connectionId);
            return tracked.Last;
        }
    }

    /// <summary>A connection follows a ticket no longer.</summary>
    public void Untrack(string connectionId, string ticketId)
    {
        lock (gate)
        {
            if (
                tickets.TryGetValue(ticketId, out var tracked)
                && tracked.Connections.Remove(connectionId)
                && tracked.Connections.Count == 0
            )
                tickets.Remove(ticketId);
        }
    }

    /// <summary>A connection follows a queue.</summary>
    public void JoinQueue(string connectionId, string queueId)
    {
        lock (gate)
            queues.Add((connectionId, queueId));
    }

    /// <summary>A connection follows a queue no longer.</summary>
    public void LeaveQueue(string connectionId, string queueId)
    {
        lock (gate)
            queues.Remove((connectionId, queueId));
    }

    /// <summary>The connections that follow a ticket but not its queue.</summary>
    public IReadOnlyList<string> FollowersOutside(string ticketId, string queueId)
    {
        lock (gate)
            return tickets.TryGetValue(ticketId, out var tracked)
                ? [.. tracked.Connections.Where(c => !queues.Contains((c, queueId)))]
                : [];
    }

    /// <summary>A connection is gone.</summary>
    public void Leave(string connectionId)
    {
        lock (gate)
        {
            queues.RemoveWhere(q => q.ConnectionId == connectionId);
            foreach (var (id, tracked) in tickets.Where(t => t.Value.Connections.Contains(connectionId)).ToList())
            {
                tracked.Connections.Remove(connectionId);
                if (tracked.Connections.Count == 0)
                    tickets.Remove(id);
            }
        }
    }

    /// <summary>A ticket changed: tells those who follow it.</summary>
    public async Task ChangedAsync(TicketState state, CancellationToken cancellationToken)
    {
        TrackedTicket? push = null;
        lock (gate)
        {
            if (tickets.TryGetValue(state.Id, out var tracked) && state.Version > tracked.Last.Version)
            {
                push = TrackedTicket.Of(state);
                // Until its line is told again, a waiting ticket is where it was.
                if (state.Status == TicketStatus.Waiting && tracked.Last.Status == TicketStatus.Waiting)
                {
                    push = push with
                    {
                        Position = tracked.Last.Position,
                        EstimatedWaitTime = tracked.Last.EstimatedWaitTime,
                        EstimatedWaitLow = tracked.Last.EstimatedWaitLow,
                        EstimatedWaitHigh = tracked.Last.EstimatedWaitHigh,
                    };
                }

                tracked.Last = push;
            }
        }

        if (push is not null)
            await SendAsync(push, cancellationToken);
    }

    /// <summary>A line moved: tells those whose position or estimate changed.</summary>
    public async Task MovedAsync(LinePositionsChanged line, CancellationToken cancellationToken)
    {
        var changed = new List<TrackedTicket>();
        lock (gate)
        {
            if (!lines.IsLatest(line.QueueId, line.OccurredAt))
                return;
            foreach (var (place, id) in line.TicketIds.Index())
            {
                // A line that was told before or after the ticket's own change says nothing about it in this status or queue.
                if (
                    !tickets.TryGetValue(id, out var tracked)
                    || tracked.Last.Status != TicketStatus.Waiting
                    || tracked.Last.QueueId != line.QueueId
                )
                    continue;
                var now = tracked.Last.At(line, place);
                if (now == tracked.Last)
                    continue;
                tracked.Last = now;
                changed.Add(now);
            }
        }

        foreach (var ticket in changed)
            await SendAsync(ticket, cancellationToken);
    }

    private Task SendAsync(TrackedTicket ticket, CancellationToken cancellationToken)
    {
        GatewayMetrics.Pushes.Add(1);
        live.Publish(PushGroups.Ticket(ticket.Id), ticket);
        return hub.Clients.Group(PushGroups.Ticket(ticket.Id)).SendAsync(PushMessages.TicketUpdated, ticket, cancellationToken);
    }

    private sealed class Tracked(TrackedTicket last)
    {
        public TrackedTicket Last { get; set; } = last;

        public HashSet<string> Connections { get; } = [];
    }
}
