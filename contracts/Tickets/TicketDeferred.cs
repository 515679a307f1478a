namespace SmartQueue.Contracts;

/// <summary>A waiting customer let others go first.</summary>
public sealed record TicketDeferred : ITicketEvent
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

    /// <summary>How many others were let go first.</summary>
    public required int Places { get; init; }
}
