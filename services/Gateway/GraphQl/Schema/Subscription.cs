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
        [FromServices] Recent<Queue> recent,
        [Id] string queueId
    )
    {
        var topic = live.Subscribe(PushGroups.Queue(queueId), capacity: 1, field.CancellationToken);
        return await BeginAsync(
            topic,
            () => services.Queues.GetAsync(services.Caller, queueId, field.CancellationToken),
            first => StreamAsync(first, topic, recent, field.CancellationToken)
        );
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
        var caller = services.With(trackingToken);
        var topic = live.Subscribe(PushGroups.Ticket(ticketId), KeptTickets, field.CancellationToken);
        return await BeginAsync(
            topic,
            async () =>
                await states.FindAsync(ticketId, BearerOf(caller), caller.TrackingToken, field.CancellationToken)
                ?? throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours."),
            first => StreamAsync(first, topic, tracking, field.CancellationToken)
        );
    }

    /// <summary>A branch, whenever it is changed. Ends when it is deleted.</summary>
    [Access(AccessAttribute.Anyone)]
    public static async Task<IAsyncEnumerable<Branch>> BranchUpdated(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live,
        [FromServices] Recent<Branch> recent,
        [Id] string branchId
    )
    {
        // It may be named by its slug.
        var id = (await services.Branches.GetAsync(services.Caller, branchId, field.CancellationToken)).Id;
        var topic = live.Subscribe(PushGroups.Branch(id), capacity: 1, field.CancellationToken);
        return await BeginAsync(
            topic,
            () => services.Branches.GetAsync(services.Caller, id, field.CancellationToken),
            first => StreamAsync(first, topic, recent, field.CancellationToken)
        );
    }

    /// <summary>A counter, whenever it is changed, opens or closes, and whenever it has another ticket. Ends when it is deleted.</summary>
    [Access(Policies.Operator)]
    public static async Task<IAsyncEnumerable<Counter>> CounterUpdated(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live,
        [Id] string counterId
    )
    {
        var topic = live.Subscribe(PushGroups.Counter(counterId), capacity: 1, field.CancellationToken);
        var (counters, caller) = (services.Counters, services.Caller);
        return await BeginAsync(
            topic,
            () => counters.GetAsync(caller, counterId, field.CancellationToken),
            first => StreamAsync(first, topic, token => counters.GetAsync(caller, counterId, token), field.CancellationToken)
        );
    }

    /// <summary>Your messages, as they are made.</summary>
    [Access(Policies.SignedIn)]
    public static IAsyncEnumerable<Notification> NotificationReceived(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [FromServices] LiveTopics live
    ) =>
        StreamAsync(live.Subscribe(PushGroups.User(services.UserId!), KeptNotifications, field.CancellationToken), field.CancellationToken);

    // The topic is followed before the present state is read, so that no change falls between, and let go where that fails.
    private static async Task<IAsyncEnumerable<T>> BeginAsync<TFirst, T>(
        LiveTopics.Subscription topic,
        Func<Task<TFirst>> read,
        Func<TFirst, IAsyncEnumerable<T>> stream
    )
    {
        try
        {
            return stream(await read());
        }
        catch
        {
            topic.Dispose();
            throw;
        }
    }

    private static async IAsyncEnumerable<Queue> StreamAsync(
        Queue first,
        LiveTopics.Subscription topic,
        Recent<Queue> recent,
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

    private static async IAsyncEnumerable<Branch> StreamAsync(
        Branch first,
        LiveTopics.Subscription topic,
        Recent<Branch> recent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using (topic)
        {
            yield return first;
            await foreach (var _ in topic.ReadAsync(cancellationToken))
            {
                switch (await AgainAsync(() => recent.GetAsync(first.Id), ErrorCodes.BranchNotFound))
                {
                    case (true, _):
                        yield break;
                    case (_, { } branch):
                        yield return branch;
                        break;
                }
            }
        }
    }

    private static async IAsyncEnumerable<Counter> StreamAsync(
        Counter first,
        LiveTopics.Subscription topic,
        Func<CancellationToken, Task<Counter>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using (topic)
        {
            yield return first;
            var told = first;
            // Where it holds another ticket than before, it is read once more behind that: the ticket may have left meanwhile.
            var again = topic.Also(HeldBy(told));
            var messages = topic.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (messages)
            {
                while (again || await messages.MoveNextAsync())
                {
                    var (gone, counter) = await AgainAsync(() => read(cancellationToken), ErrorCodes.CounterNotFound);
                    if (gone)
                        yield break;
                    again = counter is not null && topic.Also(HeldBy(counter));
                    if (counter is null || (counter.Version, counter.TicketId) == (told.Version, told.TicketId))
                        continue;
                    told = counter;
                    yield return counter;
                }
            }
        }

        static string? HeldBy(Counter counter) => counter.TicketId is { } ticketId ? PushGroups.Held(ticketId) : null;
    }

    // What cannot be read for a moment is as it was until the next change.
    private static async Task<(bool Gone, T? Item)> AgainAsync<T>(Func<Task<T>> read, string notFound)
        where T : class
    {
        try
        {
            return (false, await read());
        }
        catch (RefusedException e) when (e.Code == notFound)
        {
            return (true, null);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.ServiceUnavailable)
        {
            return (false, null);
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
