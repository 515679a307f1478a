namespace SmartQueue.Contracts;

/// <summary>What others keep of an account changed: its name, address, phone or role.</summary>
public sealed record UserUpdated : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The account that changed.</summary>
    public required string UserId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The whole account after the change.</summary>
    public required UserProfile User { get; init; }

    string IEvent.AggregateId => UserId;
}
