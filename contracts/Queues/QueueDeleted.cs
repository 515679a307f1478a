namespace SmartQueue.Contracts;

/// <summary>A queue is gone. Tickets still open in it expire.</summary>
public sealed record QueueDeleted : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue that is gone.</summary>
    public required string QueueId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    string IEvent.AggregateId => QueueId;
}
