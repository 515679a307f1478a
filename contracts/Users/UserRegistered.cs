namespace SmartQueue.Contracts;

/// <summary>An account was made.</summary>
public sealed record UserRegistered : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The account that was made.</summary>
    public required string UserId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The whole account after the change.</summary>
    public required UserProfile User { get; init; }

    string IEvent.AggregateId => UserId;
}
