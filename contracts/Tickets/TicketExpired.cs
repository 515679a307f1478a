namespace SmartQueue.Contracts;

/// <summary>A ticket still waited some time after its queue closed, or was open when its queue was deleted.</summary>
public sealed record TicketExpired : ITicketEvent
{
    /// <summary>The <see cref="Reason"/> of one that was left over at closing.</summary>
    public const string QueueClosed = "the queue closed";

    /// <summary>The <see cref="Reason"/> of one whose queue is gone.</summary>
    public const string QueueDeleted = "the queue was deleted";

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

    /// <summary>Which of the two, in words.</summary>
    public string? Reason { get; init; }
}
