using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Definitions of queues: the copies kept from events. Nobody is asked, so the line goes on while the queue service is
/// away.</summary>
internal sealed class QueuePolicies(ITicketStore store, TimeProvider time)
{
    /// <summary>How long after a queue was made its definition may still be on its way, the difference between two clocks
    /// included.</summary>
    private static readonly TimeSpan New = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Another process of this service may be the one that is told.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private volatile TaskCompletionSource told = NextTold();

    /// <summary>The definition of a queue. One made a moment ago is waited for, for 5 s at most.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<QueueDefinition> GetAsync(string queueId, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            // Before the look: what is told between the two ends the wait at once.
            var next = told.Task;
            if (await store.FindPolicyAsync(queueId, cancellationToken) is { } policy)
                return policy.Definition ?? throw NotFound();
            var left = Patience - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero || !time.MadeWithin(queueId, New))
                throw NotFound();
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(next, Task.Delay(left < LookAgain ? left : LookAgain, time, wait.Token));
            await wait.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The definition of a queue that the caller runs.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, also where it is in a branch that is not theirs.</exception>
    public async Task<QueueDefinition> GetAsync(string queueId, Caller caller, CancellationToken cancellationToken)
    {
        var queue = await GetAsync(queueId, cancellationToken);
        return caller.IsStaffOf(queue.BranchId) ? queue : throw NotFound();
    }

    /// <summary>The definition of a queue that was heard of; <c>null</c> for others, and for those that are no more.</summary>
    public async Task<QueueDefinition?> FindAsync(string queueId, CancellationToken cancellationToken) =>
        (await store.FindPolicyAsync(queueId, cancellationToken))?.Definition;

    /// <summary>Keeps what was told of a queue, unless a later version is kept already, and wakes those who wait for it.</summary>
    public async Task SaveAsync(QueuePolicy policy, CancellationToken cancellationToken)
    {
        await store.SavePolicyAsync(policy, cancellationToken);
        Interlocked.Exchange(ref told, NextTold()).SetResult();
    }

    private static TaskCompletionSource NextTold() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static RefusedException NotFound() => new(ErrorCodes.QueueNotFound, "There is no such queue.");
}
