using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>
/// Keeps counters. Each write is one atomic step that carries its event and, where there is one, its kept answer. What a counter holds is
/// kept with the ticket (see <see cref="ITicketStore"/>).
/// </summary>
internal interface ICounterStore
{
    /// <summary>Keeps a new counter.</summary>
    /// <exception cref="NameTakenException">Another counter of the branch has the name.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task AddAsync(CounterChange change, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>Saves a change, also a deletion, of a counter that is still at <paramref name="expectedVersion"/>.</summary>
    /// <returns><c>false</c> if someone else changed it first; then nothing is saved.</returns>
    /// <exception cref="NameTakenException">Another counter of the branch has the name.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> SaveAsync(CounterChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken);

    Task<Counter?> FindAsync(string counterId, CancellationToken cancellationToken);

    /// <summary>The counter of a branch that has a name; upper and lower case of Latin letters are the same.</summary>
    Task<Counter?> FindByNameAsync(string branchId, string name, CancellationToken cancellationToken);

    /// <summary>Counters of some branches, or of all, in the order they were made, one more than the page holds if there are more.</summary>
    Task<IReadOnlyList<Counter>> ListAsync(IReadOnlyCollection<string>? branchIds, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Takes down whether a branch is there, unless that is known of a later version already.</summary>
    Task SaveBranchAsync(string branchId, long version, bool there, CancellationToken cancellationToken);

    /// <summary>Whether a branch is known to be there.</summary>
    Task<bool> KnowsBranchAsync(string branchId, CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
