namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A page of branches.</summary>
internal sealed record BranchPage(IReadOnlyList<Branch> Items, string? NextCursor);
