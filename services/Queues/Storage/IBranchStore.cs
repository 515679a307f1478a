using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Keeps branches, each change with its event in one write.</summary>
internal interface IBranchStore
{
    /// <summary>Keeps a new branch, its event and the answer to its request: all or nothing.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    /// <exception cref="SlugTakenException">Another branch has the slug.</exception>
    Task AddAsync(BranchChange change, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>Keeps the next state and its event if the branch is still at <paramref name="expectedVersion"/>; <c>false</c> changes
    /// nothing.</summary>
    /// <exception cref="SlugTakenException">Another branch has the slug.</exception>
    Task<bool> SaveAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Removes the branch and keeps the event if it is still at <paramref name="expectedVersion"/>; <c>false</c> changes nothing.
    /// From then on no queue gets into it.</summary>
    /// <exception cref="RefusedException"><c>CONFLICT</c>: it has queues, or one is being made in it.</exception>
    Task<bool> DeleteAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>The branch; <c>null</c> where there is none.</summary>
    Task<Branch?> FindAsync(string branchId, CancellationToken cancellationToken);

    /// <summary>The branch that has a slug; <c>null</c> where none has.</summary>
    Task<Branch?> FindBySlugAsync(string slug, CancellationToken cancellationToken);

    /// <summary>Those of some branches that there are, in the order of their ids.</summary>
    Task<IReadOnlyList<Branch>> FindAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken);

    /// <summary>One more than a page of branches in the order they were made, <c>main</c> last.</summary>
    Task<IReadOnlyList<Branch>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>The answer kept under an idempotency key.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
