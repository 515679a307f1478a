namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A page of accounts.</summary>
internal sealed record UserPage(IReadOnlyList<User> Items, string? NextCursor);
