namespace SmartQueue.Contracts;

/// <summary>Staff say something to everyone who waits, or take it back.</summary>
public sealed record QueueAnnouncement : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue whose line and displays are told.</summary>
    public required string QueueId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The text; <c>null</c> takes the last one back.</summary>
    public string? Message { get; init; }

    /// <summary>The definition, which is of this version now; absent from events of before there was this member.</summary>
    public QueueDefinition? Queue { get; init; }

    string IEvent.AggregateId => QueueId;
}
