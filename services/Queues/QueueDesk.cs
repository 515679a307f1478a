using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
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
    IBranchStore branches,
    ICounterStore counters,
    LineClient lines,
    QueueStatusCache board,
    StatusPublisher statuses,
    TimeProvider time,
    ILogger<QueueDesk> log
)
{
    /// <summary>Makes a queue in one of the caller's branches.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>, <c>PREFIX_TAKEN</c>.</exception>
    public Task<QueueView> CreateAsync(QueueRequest request, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var branchId = request.BranchId ?? Branches.Main;
                while (true)
                {
                    var now = time.Now();
                    var branch = caller.IsStaffOf(branchId) ? await branches.FindAsync(branchId, token) : null;
                    var wanted = request.Validate(branch?.Definition, named: await NamedAsync(request, token));
                    var prefix =
                        wanted.Prefix.Length > 0
                            ? wanted.Prefix
                            : Prefixes.FirstFree([.. (await store.PrefixesAsync([branchId], token))[branchId]]);
                    var change = Queue.Create(time.NewId(), wanted with { Prefix = prefix }, now, request.Own());
                    var view = QueueView.Of(
                        change.Next,
                        LineStatus.Of(change.Next.Definition, LineFigures.None, null, now),
                        await counters.ListAsync([branchId], token),
                        now
                    );
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
                    await FollowAsync(change.Next, token);
                    return view;
                }
            },
            cancellationToken
        );

    public async Task<QueueView> ReadAsync(string queueId, CancellationToken cancellationToken) =>
        await ViewAsync(await FindAsync(queueId, cancellationToken), cancellationToken);

    public async Task<Page<QueueView>> ListAsync(bool? active, string? branchId, PageRequest page, CancellationToken cancellationToken)
    {
        var queues = Page<Queue>.Of(await store.ListAsync(active, branchId, page, cancellationToken), page, q => q.Id);
        return new(await ViewAsync(queues.Items, cancellationToken), queues.NextCursor);
    }

    /// <summary>All queues of a branch, oldest first.</summary>
    public async Task<IReadOnlyList<QueueView>> AllAsync(string branchId, CancellationToken cancellationToken) =>
        await ViewAsync(await store.AllAsync(branchId, cancellationToken).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Those of some queues that there are, oldest first.</summary>
    public async Task<Page<QueueView>> ReadAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken) =>
        new(await ViewAsync(await store.FindAsync(queueIds, cancellationToken), cancellationToken), null);

    /// <summary>Defines a queue as a manager wants it.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="define">What is wanted of the queue as it stands.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, <c>VALIDATION_FAILED</c>,
    /// <c>PREFIX_TAKEN</c>.</exception>
    public async Task<QueueView> DefineAsync(
        string queueId,
        IReadOnlyCollection<long>? expected,
        Func<Queue, QueueRequest> define,
        CancellationToken cancellationToken
    )
    {
        var queue = await TryAsync(
            queueId,
            expected,
            async queue =>
            {
                var request = define(queue);
                var branch = await branches.FindAsync(queue.Definition.BranchId, cancellationToken);
                var wanted = request.Validate(branch?.Definition, queue, await NamedAsync(request, cancellationToken));
                var change = queue.Define(wanted, time.Now(), request.Own());
                return (change, await store.SaveAsync(change, queue.Version, answer: null, cancellationToken));
            },
            cancellationToken
        );
        statuses.Changed(queueId);
        queue = await FollowAsync(queue, cancellationToken);
        return await ViewAsync(queue, cancellationToken);
    }

    /// <summary>Gives the queues of a branch what it has now, where they have nothing of their own. Repeating it is harmless.</summary>
    public async Task FollowAsync(string branchId, CancellationToken cancellationToken)
    {
        await foreach (var queue in store.AllAsync(branchId, cancellationToken))
            await FollowAsync(queue, cancellationToken);
    }

    /// <summary>Gives the queues that list a counter the name it has now, or takes it from them where it is deleted. Repeating it is
    /// harmless.</summary>
    public async Task FollowAsync(Counter counter, CancellationToken cancellationToken)
    {
        await foreach (var queue in store.AllAsync(counter.BranchId, cancellationToken))
            await FollowAsync(queue, q => Task.FromResult(q.Follow(counter, time.Now())), cancellationToken);
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

    private async Task<IReadOnlyList<QueueView>> ViewAsync(IReadOnlyList<Queue> queues, CancellationToken cancellationToken)
    {
        var standing = await board.ReadAsync(queues, cancellationToken);
        var branchIds = queues.Select(q => q.Definition.BranchId).Distinct().ToList();
        var there = (await counters.ListAsync(branchIds, cancellationToken)).ToLookup(c => c.BranchId);
        return [.. queues.Select(q => QueueView.Of(q, standing[q.Id], [.. there[q.Definition.BranchId]], time.Now()))];
    }

    private async Task<QueueView> ViewAsync(Queue queue, CancellationToken cancellationToken) =>
        (await ViewAsync([queue], cancellationToken))[0];

    private async Task<IReadOnlyList<Counter>> NamedAsync(QueueRequest request, CancellationToken cancellationToken) =>
        request.CounterIds() is { Count: > 0 } ids ? await counters.FindAsync(ids, cancellationToken) : [];

    /// <summary>Gives a queue what its branch has now, where it has nothing of its own. Repeating it is harmless.</summary>
    public async Task FollowBranchAsync(string queueId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(queueId, cancellationToken) is { } queue)
            await FollowAsync(queue, cancellationToken);
    }

    // After every save: the branch may have changed after it was read for that, and its queues been gone through before the save.
    private Task<Queue> FollowAsync(Queue queue, CancellationToken cancellationToken) =>
        FollowAsync(
            queue,
            async q =>
                await branches.FindAsync(q.Definition.BranchId, cancellationToken) is { } branch
                    ? q.Follow(branch.Definition, time.Now())
                    : null,
            cancellationToken
        );

    private async Task<Queue> FollowAsync(Queue queue, Func<Queue, Task<QueueChange?>> follow, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Attempts.Max; i++)
        {
            if (await follow(queue) is not { } change)
                return queue;
            if (await store.SaveAsync(change, queue.Version, answer: null, cancellationToken))
            {
                Tell(change);
                statuses.Changed(queue.Id);
                queue = change.Next;
            }
            else if (await store.FindAsync(queue.Id, cancellationToken) is { } changed)
            {
                queue = changed;
            }
            else
            {
                return queue;
            }
        }

        throw Attempts.TooMany("queue");
    }

    /// <summary>Sees to it that the caller runs a queue, which stays in its branch for ever.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, also where it is in a branch that is not theirs.</exception>
    public async Task RequireStaffAsync(string queueId, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsStaffOf((await FindAsync(queueId, cancellationToken)).Definition.BranchId))
            throw NotFound();
    }

    private static RefusedException NotFound() => new(ErrorCodes.QueueNotFound, "There is no such queue.");

    private async Task<Queue> FindAsync(string queueId, CancellationToken cancellationToken) =>
        await store.FindAsync(queueId, cancellationToken) ?? throw NotFound();

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
        var change = await Attempts.UntilSavedAsync(
            "queue",
            () => FindAsync(queueId, cancellationToken),
            q => q.Version,
            expected,
            attempt
        );
        Tell(change);
        return change.Next;
    }

    private void Tell(QueueChange change) => QueuesLog.Changed(log, change.Next.Id, change.Next.Version, change.Event.GetType().Name);
}
