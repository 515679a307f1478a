namespace SmartQueue.Gateway.GraphQl;

/// <summary>A page of accounts.</summary>
internal sealed record UserPage(IReadOnlyList<User> Items, string? NextCursor);
