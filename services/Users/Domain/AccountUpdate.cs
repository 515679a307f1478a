namespace SmartQueue.Users.Domain;

/// <summary>What is to change; <c>null</c> stays.</summary>
internal sealed record AccountUpdate(
    string? Name,
    string? Email,
    string? Phone,
    bool SetsPhone,
    string? Role,
    string? Password,
    string? CurrentPassword,
    BranchBinding? Branches,
    bool? Disabled
);
