using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Auth;

/// <summary>Who makes a request, as far as it is proven, and the tracking token they hold.</summary>
public sealed record Caller(string? UserId, string? Role, string? TrackingToken)
{
    /// <summary>The claim of an access token that binds staff to a branch; there is one for each of theirs.</summary>
    public const string BranchClaim = "branch";

    private const int MaxTokenLength = 128;

    /// <summary>The branches that staff are bound to; <c>null</c> for all.</summary>
    public IReadOnlyCollection<string>? BranchIds { get; init; }

    /// <summary>Whether they are staff.</summary>
    public bool IsOperator => Role is Roles.Operator or Roles.Admin;

    /// <summary>Whether they manage the system.</summary>
    public bool IsAdmin => Role is Roles.Admin;

    /// <summary>Whether they are staff of a branch.</summary>
    public bool IsStaffOf(string branchId) => IsOperator && (BranchIds is null || BranchIds.Contains(branchId));

    /// <summary>Of the branches that staff ask a list for, those that are theirs; <c>null</c> for all.</summary>
    /// <param name="branchId">The one asked for; <c>null</c> for any.</param>
    public IReadOnlyCollection<string>? BranchesOf(string? branchId) =>
        branchId is null ? BranchIds
        : IsStaffOf(branchId) ? [branchId]
        : [];

    /// <summary>Whether something is theirs to act on: its owner's, its token's holder's, and its branch's staff's. Staff who are bound to
    /// branches have nothing elsewhere, not even what they hold: what they may do with it would go by their role.</summary>
    /// <param name="branchId">Its branch.</param>
    /// <param name="ownerId">The account it belongs to; <c>null</c> for a guest's.</param>
    /// <param name="tokenHash">The hash of its token, see <see cref="SecretToken"/>; <c>null</c> where it has none.</param>
    public bool MayTouch(string branchId, string? ownerId, string? tokenHash) =>
        IsOperator
            ? IsStaffOf(branchId)
            : (UserId is not null && UserId == ownerId)
                || (
                    TrackingToken is not null
                    && tokenHash is not null
                    && CryptographicOperations.FixedTimeEquals(
                        Encoding.ASCII.GetBytes(SecretToken.HashOf(TrackingToken)),
                        Encoding.ASCII.GetBytes(tokenHash)
                    )
                );

    /// <summary>The caller of a request: the verified access token's subject and role, and <c>X-Tracking-Token</c> or
    /// <c>?token=</c>.</summary>
    public static Caller Of(HttpContext context)
    {
        var token = context.Request.Headers["X-Tracking-Token"].ToString() is { Length: > 0 } header
            ? header
            : context.Request.Query["token"].ToString();
        return new Caller(context.User.FindFirst("sub")?.Value, context.User.FindFirst("role")?.Value, TrackingTokenOf(token))
        {
            BranchIds = context.User.FindAll(BranchClaim).Select(c => c.Value).ToList() is { Count: > 0 } bound ? bound : null,
        };
    }

    /// <summary>Refuses who shows an access token that proves nothing, such as one that has expired: what they make would be a
    /// stranger's, and not theirs.</summary>
    /// <exception cref="RefusedException"><c>UNAUTHENTICATED</c>.</exception>
    public void RequireProof(HttpContext context)
    {
        if (UserId is null && context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(
                ErrorCodes.Unauthenticated,
                "The access token has expired or is not valid: sign in again, or send none."
            );
    }

    /// <summary>What a caller gave as a tracking token; <c>null</c> if it cannot be one, nor stand in a header: empty, longer than 128
    /// characters, or with control characters.</summary>
    public static string? TrackingTokenOf(string? given) =>
        given is { Length: > 0 and <= MaxTokenLength } && !given.Any(char.IsControl) ? given : null;

    /// <summary>Lets endpoints take a caller as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
