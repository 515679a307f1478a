namespace SmartQueue.Contracts;

/// <summary>
/// A one-time link is to be mailed to somebody. It is a secret: anyone who has it may use it once. Consumers tell it to nobody but its
/// address, log it nowhere, and drop it once it is sent or has ended.
/// </summary>
public sealed record AccountLinkIssued : IEvent
{
    /// <summary>Asks to set up an account of the staff.</summary>
    public const string Invitation = "invitation";

    /// <summary>Asks for a new password.</summary>
    public const string Reset = "reset";

    /// <summary>Proves that the address is the account's own.</summary>
    public const string Verification = "verification";

    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The account; <c>null</c> for an invitation.</summary>
    public string? UserId { get; init; }

    /// <summary>The invitation; <c>null</c> for a link of an account.</summary>
    public string? InvitationId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>Where it goes. Personal.</summary>
    public required string Email { get; init; }

    /// <summary><c>invitation</c>, <c>reset</c> or <c>verification</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The link with its one-time token. Secret: it is shown to nobody else.</summary>
    public required string Link { get; init; }

    /// <summary>BCP 47 tag of the language it is asked for in, if known.</summary>
    public string? Language { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    string IEvent.AggregateId => UserId ?? InvitationId!;
}
