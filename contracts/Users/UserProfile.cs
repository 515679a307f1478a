namespace SmartQueue.Contracts;

/// <summary>An account as other services may know it. Personal.</summary>
public sealed record UserProfile
{
    /// <summary>The id, for ever.</summary>
    public required string Id { get; init; }

    /// <summary>The name people and staff read.</summary>
    public required string Name { get; init; }

    /// <summary>Email address, lower case.</summary>
    public required string Email { get; init; }

    /// <summary>Phone number, if given.</summary>
    public string? Phone { get; init; }

    /// <summary><c>user</c>, <c>operator</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The branches the role holds in; <c>null</c>: all.</summary>
    public IReadOnlyList<string>? BranchIds { get; init; }
}
