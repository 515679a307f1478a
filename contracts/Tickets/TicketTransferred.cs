namespace SmartQueue.Contracts;

/// <summary>A ticket closed here and went on in another queue.</summary>
public sealed record TicketTransferred : ITicketEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string TicketId { get; init; }

    /// <inheritdoc/>
    public required string QueueId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <inheritdoc/>
    public required TicketState Ticket { get; init; }

    /// <inheritdoc/>
    public string? By { get; init; }

    /// <summary>The queue it went on in, with a successor of its own.</summary>
    public required string ToQueueId { get; init; }

    /// <summary>The ticket that continues it.</summary>
    public required string ToTicketId { get; init; }
}
