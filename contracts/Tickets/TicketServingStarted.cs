namespace SmartQueue.Contracts;

/// <summary>The customer is at the counter.</summary>
public sealed record TicketServingStarted : ITicketEvent
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

    /// <summary>The counter that serves; <c>null</c> where none was named.</summary>
    public string? Counter { get; init; }
}
