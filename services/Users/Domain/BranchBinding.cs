namespace SmartQueue.Users.Domain;

/// <summary>The branches a role is to hold in.</summary>
/// <param name="Ids">Their ids; <c>null</c>: all.</param>
internal sealed record BranchBinding(IReadOnlyList<string>? Ids);
