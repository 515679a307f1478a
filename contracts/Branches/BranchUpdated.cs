namespace SmartQueue.Contracts;

/// <summary>A branch has another name, address, clock, hours or languages.</summary>
public sealed record BranchUpdated : IEvent
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
