namespace SmartQueue.Contracts;

/// <summary>What is known of a customer was corrected: name, contact, notes, labels or priority. Its status stays.</summary>
public sealed record TicketDetailsChanged : ITicketEvent
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
