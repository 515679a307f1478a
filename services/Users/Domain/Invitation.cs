namespace SmartQueue.Users.Domain;

/// <summary>Somebody was asked to join the staff. There is one an address; anyone who holds its link makes the account.</summary>
internal sealed record Invitation
{
    public required string Id { get; init; }

    /// <summary>The address, lower case.</summary>
    public required string Email { get; init; }

    /// <summary>The role it gives.</summary>
    public required string Role { get; init; }

    /// <summary>The branches that role holds in; <c>null</c>: all.</summary>
    public IReadOnlyList<string>? BranchIds { get; init; }

    public required string SecretHash { get; init; }

    /// <summary>The admin who invited.</summary>
    public required string InvitedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether a token opens it now.</summary>
    public bool Opens(LinkToken token, DateTimeOffset now) => token.Fits(SecretHash) && now < ExpiresAt;
}
