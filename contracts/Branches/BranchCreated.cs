namespace SmartQueue.Contracts;

/// <summary>There is a new branch.</summary>
public sealed record BranchCreated : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The branch it happened to; its state is in <see cref="Branch"/>.</summary>
    public required string BranchId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The branch after it.</summary>
    public required BranchState Branch { get; init; }

    /// <summary>The account that did it; <c>null</c> where the system did.</summary>
    public string? By { get; init; }

    string IEvent.AggregateId => BranchId;
}
