using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// The tickets followed through this gateway. When one of their lines moves, positions change for all behind, so the line is read
/// once, at most a few times a second however fast it moves, and whoever's position or estimate changed is told.
/// </summary>
internal sealed class TicketTracking(
    IHubContext<QueueHub> hub,
    LiveTopics live,
    IServiceScopeFactory scopes,
    IHostApplicationLifetime process,
    TimeProvider time,
    ILogger<TicketTracking> log
)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Tracked> tickets = [];
    private readonly HashSet<(string ConnectionId, string QueueId)> queues = [];
    private readonly ConcurrentDictionary<string, Refresh> refreshes = new();

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

    /// <summary>A ticket changed: tells those who follow it, and those behind it soon.</summary>
    public async Task ChangedAsync(TicketState state, CancellationToken cancellationToken)
    {
        TrackedTicket? push = null;
        lock (gate)
        {
            if (tickets.TryGetValue(state.Id, out var tracked) && state.Version > tracked.Last.Version)
            {
                push = TrackedTicket.Of(state);
                // Until its line is read again, a waiting ticket is where it was.
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
        Moved(state.QueueId);
    }

    /// <summary>A line moved: reads it at once, or at the end of the interval after the last time.</summary>
    private void Moved(string queueId)
    {
        if (!IsTracked(queueId))
            return;
        var refresh = refreshes.GetOrAdd(queueId, id => new Refresh(id));
        bool start;
        lock (refresh)
        {
            start = !refresh.Running;
            refresh.Running = true;
            refresh.Again = true;
        }

        if (start)
            _ = RunAsync(refresh);
    }

    private bool IsTracked(string queueId)
    {
        lock (gate)
            return tickets.Values.Any(t => t.Last.QueueId == queueId);
    }

    private async Task RunAsync(Refresh refresh)
    {
        var stopping = process.ApplicationStopping;
        while (!stopping.IsCancellationRequested)
        {
            var pause = RefreshInterval;
            lock (refresh)
            {
                if (!refresh.Again)
                {
                    refresh.Running = false;
                    // Another move may have found it in the dictionary just now; it sees that nothing runs and starts again.
                    refreshes.TryRemove(new KeyValuePair<string, Refresh>(refresh.QueueId, refresh));
                    return;
                }

                refresh.Again = false;
            }

            try
            {
                await RefreshAsync(refresh.QueueId, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                GatewayLog.RefreshFailed(log, e, refresh.QueueId);
                pause = RetryInterval;
                // There may be no next change to tell them by.
                lock (refresh)
                    refresh.Again |= IsTracked(refresh.QueueId);
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RefreshAsync(string queueId, CancellationToken cancellationToken)
    {
        GatewayMetrics.Refreshes.Add(1);
        await using var scope = scopes.CreateAsyncScope();
        var line = await scope.ServiceProvider.GetRequiredService<TicketStateClient>().LineAsync(queueId, cancellationToken);
        var changed = new List<TrackedTicket>();
        lock (gate)
        {
            foreach (var tracked in tickets.Values.Where(t => t.Last.QueueId == queueId))
            {
                line.TryGetValue(tracked.Last.TicketNumber, out var entry);
                // A line read before or after the ticket's own change says nothing about it in this status.
                if (entry is null ? tracked.Last.Status == TicketStatus.Waiting : entry.Status != tracked.Last.Status)
                    continue;
                var now = tracked.Last.At(entry);
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

    private sealed class Refresh(string queueId)
    {
        public string QueueId { get; } = queueId;

        public bool Running { get; set; }

        public bool Again { get; set; }
    }
}
