namespace SmartQueue.Hosting.Outbox;

/// <summary>The events of one service that were committed with their changes and wait to be published.</summary>
public interface IOutbox
{
    /// <summary>The service whose events it holds, as in <see cref="Modules.ServiceNames"/>.</summary>
    string Name { get; }

    /// <summary>Raised after a commit that may have added events. Handlers must be quick.</summary>
    event Action? Appended;

    /// <summary>
    /// Takes pending events for a while, oldest first and all of an aggregate in order. No other relay gets them before the
    /// lease ends; if this one dies, another repeats them.
    /// </summary>
    /// <param name="limit">About how many.</param>
    /// <param name="except">Aggregates to leave out, since their last publish failed.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<OutboxEntry>> ClaimAsync(int limit, IReadOnlyCollection<string> except, CancellationToken cancellationToken);

    /// <summary>Removes what was published.</summary>
    /// <param name="published">Entries of a claim.</param>
    /// <param name="keep">Keep them aside until <see cref="ForgetAsync"/>, for a bus that may lose what it holds.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task CompleteAsync(IReadOnlyList<OutboxEntry> published, bool keep, CancellationToken cancellationToken);

    /// <summary>Gives up a claim on events that could not be published.</summary>
    Task ReleaseAsync(IReadOnlyList<OutboxEntry> unpublished, CancellationToken cancellationToken);

    /// <summary>Makes what was kept aside pending again. Returns how many events that are; a store that does not know counts all that are
    /// pending then.</summary>
    Task<int> ReopenAsync(CancellationToken cancellationToken);

    /// <summary>Drops what was kept aside, since all are done with it.</summary>
    /// <param name="handled">Entries that were completed.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task ForgetAsync(IReadOnlyList<OutboxEntry> handled, CancellationToken cancellationToken);

    /// <summary>How many events are pending, and when the oldest of them happened.</summary>
    Task<OutboxDepth> MeasureAsync(CancellationToken cancellationToken);
}
