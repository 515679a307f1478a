namespace SmartQueue.Contracts;

/// <summary>An account is gone; everyone who keeps personal data of it erases that.</summary>
public sealed record UserErased : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The account that is gone; nothing personal of it may stay.</summary>
    public required string UserId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    string IEvent.AggregateId => UserId;
}
