using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Keeps queue definitions, each change with its event in one write.</summary>
internal interface IQueueStore
{
    /// <summary>Keeps a new queue, its event and the answer to its request: all or nothing.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    /// <exception cref="RefusedException"><c>PREFIX_TAKEN</c>: another queue of the branch has the prefix it takes;
    /// <c>VALIDATION_FAILED</c>: its branch is not there.</exception>
    Task AddAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>Keeps the next state, its event and the answer to its request if the queue is still at <paramref name="expectedVersion"/>;
    /// <c>false</c> changes nothing.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    /// <exception cref="RefusedException"><c>PREFIX_TAKEN</c>: another queue of the branch has the prefix it takes.</exception>
    Task<bool> SaveAsync(QueueChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>Removes the queue and keeps the event if it is still at <paramref name="expectedVersion"/>; <c>false</c> changes
    /// nothing.</summary>
    Task<bool> DeleteAsync(QueueChange change, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>The queue; <c>null</c> where there is none.</summary>
    Task<Queue?> FindAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>One more than a page of queues, of a branch or of all, in the order they were made.</summary>
    Task<IReadOnlyList<Queue>> ListAsync(bool? active, string? branchId, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Those of some queues that there are.</summary>
    Task<IReadOnlyList<Queue>> FindAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken);

    /// <summary>The prefixes that queues of some branches have, by branch.</summary>
    Task<ILookup<string, string>> PrefixesAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken);

    /// <summary>The answer kept under an idempotency key.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
