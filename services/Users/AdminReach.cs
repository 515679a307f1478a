using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users;

/// <summary>What an admin who is bound to branches may do with accounts: nobody gets more from them than they have.</summary>
internal static class AdminReach
{
    /// <summary>Whether they may change an account: their own, one that is not staff, and staff whose branches are all theirs.</summary>
    public static bool Reaches(this Caller caller, Account account) =>
        caller.BranchIds is null
        || caller.UserId == account.Id
        || account.Role == Roles.User
        || IsWithin(caller.BranchIds, account.BranchIds);

    /// <summary>Whether they may take an invitation back.</summary>
    public static bool Reaches(this Caller caller, Invitation invitation) =>
        caller.BranchIds is null || invitation.Role == Roles.User || IsWithin(caller.BranchIds, invitation.BranchIds);

    /// <summary>Refuses branches that are not theirs to give.</summary>
    /// <param name="caller">The admin.</param>
    /// <param name="branchIds">The branches; <c>null</c>: all.</param>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public static void RequireMayGive(this Caller caller, IReadOnlyList<string>? branchIds)
    {
        var errors = new FieldErrors();
        if (caller.BranchIds is not null && !IsWithin(caller.BranchIds, branchIds))
            errors.Add("branchIds", "must be branches of your own, one at least");
        errors.ThrowIfAny();
    }

    private static bool IsWithin(IReadOnlyCollection<string> own, IReadOnlyList<string>? branchIds) =>
        branchIds is { Count: > 0 } && branchIds.All(own.Contains);
}
