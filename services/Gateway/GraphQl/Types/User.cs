using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>An account, with as much as its reader may see: all for its owner and admins, the name for staff.</summary>
internal sealed record User
{
    [Id]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public bool? EmailVerified { get; init; }

    public string? Phone { get; init; }

    public string? Role { get; init; }

    public IReadOnlyList<string>? BranchIds { get; init; }

    public bool? Disabled { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public int? Version { get; init; }
}
