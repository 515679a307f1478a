namespace SmartQueue.Contracts;

/// <summary>A parked ticket is back in line at the place it had earned.</summary>
public sealed record TicketUnparked : ITicketEvent
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
}
