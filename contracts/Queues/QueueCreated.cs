namespace SmartQueue.Contracts;

/// <summary>A queue was defined.</summary>
public sealed record QueueCreated : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue that was defined.</summary>
    public required string QueueId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The whole definition after the change.</summary>
    public required QueueDefinition Queue { get; init; }

    string IEvent.AggregateId => QueueId;
}
