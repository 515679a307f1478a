using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Http;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>The use cases: load, decide, save.</summary>
internal sealed class QueueDesk(
    IQueueStore store,
    LineClient lines,
    QueueStatusCache board,
    StatusPublisher statuses,
    TimeProvider time,
    ILogger<QueueDesk> log
)
{
    private const int MaxAttempts = 16;

    public Task<QueueView> CreateAsync(QueueDefinition wanted, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                while (true)
                {
                    var now = time.Now();
                    var prefix = wanted.Prefix.Length > 0 ? wanted.Prefix : Prefixes.FirstFree(await store.PrefixesAsync(token));
                    var change = Queue.Create(time.NewId(), wanted with { Prefix = prefix }, now);
                    var view = QueueView.Of(change.Next, LineStatus.Of(change.Next.Definition, LineFigures.None, null, now), now);
                    try
                    {
                        await store.AddAsync(change, key?.Seal(view, now), token);
                    }
                    catch (RefusedException e) when (e.Code == ErrorCodes.PrefixTaken && wanted.Prefix.Length == 0)
                    {
                        // Another new queue was faster: one prefix less is free, so this ends.
                        continue;
                    }

                    Tell(change);
                    return view;
                }
            },
            cancellationToken
        );

    public async Task<QueueView> ReadAsync(string queueId, CancellationToken cancellationToken)
    {
        var queue = await FindAsync(queueId, cancellationToken);
        return QueueView.Of(queue, await board.ReadAsync(queue, cancellationToken), time.Now());
    }

    public async Task<Page<QueueView>> ListAsync(bool? active, PageRequest page, CancellationToken cancellationToken)
    {
        var queues = Page<Queue>.Of(await store.ListAsync(active, page, cancellationToken), page, q => q.Id);
        var standing = await board.ReadAsync(queues.Items, cancellationToken);
        return queues.Map(q => QueueView.Of(q, standing[q.Id], time.Now()));
    }

    /// <summary>Those of some queues that there are, oldest first.</summary>
    public async Task<Page<QueueView>> ReadAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken)
    {
        var queues = await store.FindAsync(queueIds, cancellationToken);
        var standing = await board.ReadAsync(queues, cancellationToken);
        return new Page<QueueView>([.. queues.Select(q => QueueView.Of(q, standing[q.Id], time.Now()))], null);
    }

    public async Task<QueueView> DefineAsync(
        string queueId,
        IReadOnlyCollection<long>? expected,
        Func<QueueDefinition, QueueDefinition> define,
        CancellationToken cancellationToken
    )
    {
        var queue = await ChangeAsync(queueId, expected, (q, now) => (q.Define(define(q.Definition), now), null), cancellationToken);
        return QueueView.Of(queue, await board.ReadAsync(queue, cancellationToken), time.Now());
    }

    public Task<Announcement> AnnounceAsync(string queueId, string message, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var queue = await ChangeAsync(
                    queueId,
                    null,
                    (q, now) =>
                    {
                        var change = q.Announce(message, now);
                        return (change, key?.Seal(change.Next.Announcement!, now));
                    },
                    token
                );
                return queue.Announcement!;
            },
            cancellationToken
        );

    /// <summary>Takes the announcement back; without one nothing happens.</summary>
    public async Task ClearAnnouncementAsync(string queueId, CancellationToken cancellationToken)
    {
        if ((await FindAsync(queueId, cancellationToken)).Announcement is null)
            return;
        await ChangeAsync(queueId, null, (q, now) => (q.Announce(null, now), null), cancellationToken);
    }

    /// <summary>
    /// Deletes a queue that nobody is in. The ticket service decides that: it closes the line at the queue's version, and from then on
    /// nobody gets in. A deletion that ends there, by a crash or because the answer did not come, leaves a queue that gives no numbers;
    /// repeating it completes it. A change that came in between makes a later version, which opens the line again, and the deletion
    /// is decided on that.
    /// </summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="authorization">The caller's <c>Authorization</c> header.</param>
    /// <param name="cancellationToken">Cancels it until the line is closed.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>QUEUE_NOT_EMPTY</c>, <c>VERSION_CONFLICT</c>.</exception>
    /// <exception cref="HttpRequestException">The ticket service is away; nothing is deleted.</exception>
    public async Task DeleteAsync(
        string queueId,
        IReadOnlyCollection<long>? expected,
        string? authorization,
        CancellationToken cancellationToken
    )
    {
        await TryAsync(
            queueId,
            expected,
            async queue =>
            {
                await lines.CloseAsync(queueId, queue.Version, authorization, cancellationToken);
                var change = queue.Delete(time.Now());
                // The line is closed: whether or not the caller still listens, its queue goes.
                return (change, await store.DeleteAsync(change, queue.Version, CancellationToken.None));
            },
            cancellationToken
        );
        board.Forget(queueId);
    }

    private async Task<Queue> FindAsync(string queueId, CancellationToken cancellationToken) =>
        await store.FindAsync(queueId, cancellationToken)
        ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");

    private async Task<Queue> ChangeAsync(
        string queueId,
        IReadOnlyCollection<long>? expected,
        Func<Queue, DateTimeOffset, (QueueChange Change, StoredResponse? Answer)> decide,
        CancellationToken cancellationToken
    )
    {
        var queue = await TryAsync(
            queueId,
            expected,
            async queue =>
            {
                var (change, answer) = decide(queue, time.Now());
                return (change, await store.SaveAsync(change, queue.Version, answer, cancellationToken));
            },
            cancellationToken
        );
        statuses.Changed(queueId);
        return queue;
    }

    // Without If-Match the last valid change wins, so a change that came in between is read and decided on again.
    private async Task<Queue> TryAsync(
        string queueId,
        IReadOnlyCollection<long>? expected,
        Func<Queue, Task<(QueueChange Change, bool Saved)>> attempt,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < MaxAttempts; i++)
        {
            var queue = await FindAsync(queueId, cancellationToken);
            expected.Require(queue.Version);
            var (change, saved) = await attempt(queue);
            if (!saved)
                continue;
            Tell(change);
            return change.Next;
        }

        throw new RefusedException(ErrorCodes.Conflict, "The queue is being changed by many at once. Try again in a moment.");
    }

    private void Tell(QueueChange change) => QueuesLog.Changed(log, change.Next.Id, change.Next.Version, change.Event.GetType().Name);
}
