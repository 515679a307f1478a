namespace SmartQueue.Contracts;

/// <summary>A queue's definition changed.</summary>
public sealed record QueueUpdated : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue whose definition changed.</summary>
    public required string QueueId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The whole definition after the change.</summary>
    public required QueueDefinition Queue { get; init; }

    string IEvent.AggregateId => QueueId;
}
