namespace SmartQueue.Contracts;

/// <summary>A ticket was given up.</summary>
public sealed record TicketCancelled : ITicketEvent
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

    /// <summary>Why, in the words of who cancelled it; <c>null</c> where they gave none.</summary>
    public string? Reason { get; init; }
}
