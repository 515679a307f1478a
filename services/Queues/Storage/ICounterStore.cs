using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Keeps what the ticket service tells of counters.</summary>
internal interface ICounterStore
{
    /// <summary>Keeps a counter, with the names it had before, unless it is known of the same or a later version: repeats and disorder
    /// change nothing.</summary>
    /// <returns>What is known of it now.</returns>
    Task<Counter> SaveAsync(Counter counter, CancellationToken cancellationToken);

    /// <summary>No queue lists a former name any more.</summary>
    /// <returns><c>false</c> where a later version is known meanwhile; then nothing changes.</returns>
    Task<bool> FollowedAsync(Counter counter, CancellationToken cancellationToken);

    /// <summary>Those of some counters that are known, deleted ones too.</summary>
    Task<IReadOnlyList<Counter>> FindAsync(IReadOnlyCollection<string> counterIds, CancellationToken cancellationToken);

    /// <summary>The counters that some branches have, in the order they were made.</summary>
    Task<IReadOnlyList<Counter>> ListAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken);
}
