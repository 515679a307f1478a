namespace SmartQueue.Contracts;

/// <summary>A message to a person was kept and is to be shown where they are. Personal.</summary>
public sealed record NotificationCreated : IEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The notification that was made; its id is that of the REST resource.</summary>
    public required string NotificationId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The account it is for; <c>null</c> for a guest, who is known by the ticket alone.</summary>
    public string? UserId { get; init; }

    /// <summary>The ticket it is about.</summary>
    public string? TicketId { get; init; }

    /// <summary>The branch it comes of; <c>null</c> if it comes of none.</summary>
    public string? BranchId { get; init; }

    /// <summary>The channel: <c>inapp</c>, <c>email</c>, <c>sms</c> or <c>push</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The template it was made from, such as <c>called</c>.</summary>
    public required string Template { get; init; }

    /// <summary>The heading, in the language of its reader.</summary>
    public required string Subject { get; init; }

    /// <summary>The text, in the language of its reader.</summary>
    public required string Message { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    string IEvent.AggregateId => NotificationId;
}
