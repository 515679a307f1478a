using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.SignalR;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// Push. Anyone may join a queue, which tells nothing personal; a ticket is for those who may read it; signed-in users hear their own
/// messages without asking. Anyone who joins or comes back gets the present state first.
/// </summary>
internal sealed class QueueHub(
    RecentStates states,
    TicketStateClient tickets,
    TicketTracking tracking,
    LatestStatus latest,
    LiveConnections live
) : Hub
{
    private const int MaxJoined = 200;
    private const int MaxId = 64;
    private const int MaxToken = 128;
    private const int MaxReads = 3;
    private const string JoinedKey = "joined";

    // Calls of one connection run one after another, but a disconnect may come between.
    private ConcurrentDictionary<string, byte> Joined => (ConcurrentDictionary<string, byte>)Context.Items[JoinedKey]!;

    public override async Task OnConnectedAsync()
    {
        Context.Items[JoinedKey] = new ConcurrentDictionary<string, byte>();
        if (Context.User?.FindFirst("sub")?.Value is { } userId)
            await Groups.AddToGroupAsync(Context.ConnectionId, PushGroups.User(userId));
        live.Add(Context.ConnectionId, Context.User, Context.Abort);
        GatewayMetrics.Connections.Add(1);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        live.Remove(Context.ConnectionId);
        tracking.Leave(Context.ConnectionId);
        GatewayMetrics.Connections.Add(-1);
        return Task.CompletedTask;
    }

    public async Task JoinQueue(string queueId)
    {
        var group = PushGroups.Queue(Id(queueId));
        // In the group before the state is read, so that no change falls between.
        var joined = await JoinAsync(group);
        tracking.JoinQueue(Context.ConnectionId, queueId);
        QueueResource? queue = null;
        try
        {
            DateTimeOffset? before;
            var reads = 0;
            do
            {
                before = latest.LatestAt(queueId);
                queue = await AskAsync(() => states.FindAsync(queueId, Context.ConnectionAborted));
            }
            // What was pushed meanwhile may be newer than what was read, and must not be followed by it.
            while (queue is not null && before != latest.LatestAt(queueId) && ++reads < MaxReads);
        }
        finally
        {
            if (queue is null && joined)
                await LeaveQueue(queueId);
            ForgetIfGone();
        }

        if (queue is null)
            throw Refusal(ErrorCodes.QueueNotFound, "There is no such queue.");
        await Clients.Caller.SendAsync(PushMessages.QueueUpdated, QueueState.Of(queue), Context.ConnectionAborted);
        if (queue.Announcement is { } announcement)
            await Clients.Caller.SendAsync(
                PushMessages.Announcement,
                new
                {
                    queueId = queue.Id,
                    message = announcement.Message,
                    at = announcement.At,
                },
                Context.ConnectionAborted
            );
    }

    /// <summary>Stops following a queue.</summary>
    public Task LeaveQueue(string queueId)
    {
        tracking.LeaveQueue(Context.ConnectionId, Id(queueId));
        return LeaveAsync(PushGroups.Queue(queueId));
    }

    /// <summary>Follows a ticket that the caller may read. The token may be left out; see <see cref="OptionalTokenProtocol"/>.</summary>
    public async Task TrackTicket(string ticketId, string? trackingToken = null)
    {
        if (trackingToken?.Length > MaxToken)
            throw Refusal(ErrorCodes.ValidationFailed, "The tracking token is too long.");
        var accessToken = await Context.GetHttpContext()!.GetTokenAsync("access_token");
        var group = PushGroups.Ticket(Id(ticketId));
        // Nobody is in the group, even for a moment, who may not read the ticket.
        var found = await FindAsync() ?? throw Refused();
        var joined = await JoinAsync(group);
        tracking.Track(Context.ConnectionId, found);
        TrackedTicket? ticket = null;
        try
        {
            // Once more, since it may have changed before the group was joined.
            ticket = await FindAsync() ?? throw Refused();
        }
        finally
        {
            if (ticket is null && joined)
                await UntrackTicket(ticketId);
            ForgetIfGone();
        }

        ticket = tracking.Track(Context.ConnectionId, ticket);
        ForgetIfGone();
        await Clients.Caller.SendAsync(PushMessages.TicketUpdated, ticket, Context.ConnectionAborted);

        Task<TrackedTicket?> FindAsync() =>
            AskAsync(() => tickets.FindAsync(ticketId, accessToken, Caller.TrackingTokenOf(trackingToken), Context.ConnectionAborted));

        static HubException Refused() => Refusal(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours.");
    }

    /// <summary>Stops following a ticket.</summary>
    public Task UntrackTicket(string ticketId)
    {
        tracking.Untrack(Context.ConnectionId, Id(ticketId));
        return LeaveAsync(PushGroups.Ticket(ticketId));
    }

    private static string Id(string? id) =>
        id is { Length: > 0 and <= MaxId } ? id : throw Refusal(ErrorCodes.ValidationFailed, "The id must be 1 to 64 characters.");

    private static HubException Refusal(string code, string sentence) => new($"{code}: {sentence}");

    // What a client reads of a failure is a code, as over HTTP, and not our exception.
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or Polly.ExecutionRejectedException)
        {
            throw Refusal(ErrorCodes.ServiceUnavailable, "A part of the system is away. Try again in a moment.");
        }
    }

    // It may have gone while a service was asked, and nothing would end what begins after.
    private void ForgetIfGone()
    {
        if (Context.ConnectionAborted.IsCancellationRequested)
            tracking.Leave(Context.ConnectionId);
    }

    /// <summary>Whether it was not in the group before.</summary>
    private async Task<bool> JoinAsync(string group)
    {
        if (Joined.Count >= MaxJoined && !Joined.ContainsKey(group))
            throw Refusal(ErrorCodes.RateLimited, "One connection follows at most 200 queues and tickets.");
        var first = Joined.TryAdd(group, 0);
        await Groups.AddToGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
        return first;
    }

    private async Task LeaveAsync(string group)
    {
        Joined.TryRemove(group, out _);
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
    }
}
