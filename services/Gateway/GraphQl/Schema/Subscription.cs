using System.Runtime.CompilerServices;
using GraphQL;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <summary>What can be followed. A stream begins with the present state.</summary>
internal sealed class Subscription
{
    private const int KeptTickets = 4;
    private const int KeptNotifications = 64;

    /// <summary>A queue, whenever it moves or is changed. Ends when it is deleted.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<IAsyncEnumerable<Queue>> QueueUpdated(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live,
        [FromServices] RecentQueues recent,
        [Id] string queueId
    )
    {
        // Before it is read, so that no change falls between.
        var topic = live.Subscribe(PushGroups.Queue(queueId), capacity: 1, field.CancellationToken);
        try
        {
            var first = await services.Queues.GetAsync(services.Caller, queueId, field.CancellationToken);
            return StreamAsync(first, topic, recent, field.CancellationToken);
        }
        catch
        {
            topic.Dispose();
            throw;
        }
    }

    /// <summary>A ticket that is yours, or whose tracking token you hold, whenever it or its position changes.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<IAsyncEnumerable<Ticket>> TicketUpdated(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live,
        [FromServices] TicketTracking tracking,
        [FromServices] TicketStateClient states,
        [Id] string ticketId,
        string? trackingToken
    )
    {
        var topic = live.Subscribe(PushGroups.Ticket(ticketId), KeptTickets, field.CancellationToken);
        try
        {
            var caller = services.With(trackingToken);
            var first = await states.FindAsync(ticketId, BearerOf(caller), caller.TrackingToken, field.CancellationToken)
                ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours.");
            return StreamAsync(first, topic, tracking, field.CancellationToken);
        }
        catch
        {
            topic.Dispose();
            throw;
        }
    }

    /// <summary>Your messages, as they are made.</summary>
    [Access(Policies.SignedIn)]
    public static IAsyncEnumerable<Notification> NotificationReceived(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live
    ) =>
        StreamAsync(live.Subscribe(PushGroups.User(services.UserId!), KeptNotifications, field.CancellationToken), field.CancellationToken);

    private static async IAsyncEnumerable<Queue> StreamAsync(
        Queue first,
        LiveTopics.Subscription topic,
        RecentQueues recent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using (topic)
        {
            yield return first;
            await foreach (var message in topic.ReadAsync(cancellationToken))
            {
                Queue queue;
                try
                {
                    queue = await recent.GetAsync(first.Id);
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.QueueNotFound)
                {
                    yield break;
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.ServiceUnavailable)
                {
                    // What is known of it is older than its figures, and better than none.
                    queue = first;
                }

                first = message is QueueStatusChanged status
                    ? queue with
                    {
                        CurrentNumber = TicketNumber.SequenceOf(status.CurrentNumber),
                        CurrentTicketNumber = status.CurrentNumber,
                        ActiveTickets = status.ActiveTickets,
                        Statistics = status.Statistics,
                    }
                    : queue;
                yield return first;
            }
        }
    }

    private static async IAsyncEnumerable<Ticket> StreamAsync(
        TrackedTicket first,
        LiveTopics.Subscription topic,
        TicketTracking tracking,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var follower = "stream:" + Guid.NewGuid();
        using (topic)
        {
            try
            {
                yield return Ticket.Of(tracking.Track(follower, first));
                await foreach (var message in topic.ReadAsync(cancellationToken))
                    yield return Ticket.Of((TrackedTicket)message);
            }
            finally
            {
                tracking.Untrack(follower, first.Id);
            }
        }
    }

    private static async IAsyncEnumerable<Notification> StreamAsync(
        LiveTopics.Subscription topic,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using (topic)
        {
            await foreach (var message in topic.ReadAsync(cancellationToken))
                yield return Notification.Of((NotificationCreated)message);
        }
    }

    private static string? BearerOf(CallerHeaders caller) =>
        caller.Authorization is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..]
            : null;
}
