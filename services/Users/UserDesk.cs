using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Http;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users;

/// <summary>The use cases of accounts.</summary>
internal sealed class UserDesk(
    IUserStore store,
    Passwords passwords,
    PasswordProof proof,
    SignIns signIns,
    AccountLinks links,
    RevokedTokens revoked,
    TimeProvider time,
    ILogger<UserDesk> log
)
{
    /// <summary>An account that exists.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>.</exception>
    public async Task<Account> GetAsync(string userId, CancellationToken cancellationToken) =>
        await store.FindAsync(userId, cancellationToken) is { ErasedAt: null } account ? account : throw AccountRefusals.NotFound();

    /// <summary>Changes an account. Its own address and password need the current password; a new address is mailed a link that proves
    /// it.</summary>
    /// <exception cref="RefusedException">
    /// <c>USER_NOT_FOUND</c>, <c>FORBIDDEN</c>, <c>EMAIL_TAKEN</c>, <c>EMAIL_NOT_VERIFIED</c>, <c>INVALID_CREDENTIALS</c>,
    /// <c>VALIDATION_FAILED</c> for branches that are not the admin's to give, <c>VERSION_CONFLICT</c>, or <c>CONFLICT</c>: no admin would be
    /// left, or they would switch themselves off.
    /// </exception>
    public async Task<Account> UpdateAsync(
        string userId,
        Caller caller,
        string? sessionId,
        IReadOnlyCollection<long>? expected,
        AccountUpdate update,
        SignInClient client,
        CancellationToken cancellationToken
    )
    {
        RequireSelfOrAdmin(userId, caller);
        if ((update.Role is not null || update.Branches is not null || update.Disabled is not null) && !caller.IsAdmin)
            throw new RefusedException(ErrorCodes.Forbidden, "Only admins change roles and branches, and switch accounts off.");
        var self = caller.UserId == userId;
        if (self && update.Disabled == true)
            throw AccountRefusals.NotOneself();
        string? proven = null;
        string? hash = null;
        while (true)
        {
            var account = await GetAsync(userId, cancellationToken);
            RequireReach(account, caller);
            expected.Require(account.Version);
            var moves = update.Email is not null && update.Email != account.Email;
            if (self && (update.Password is not null || moves) && proven != account.PasswordHash)
            {
                await ProveAsync(account, sessionId, update.CurrentPassword, client, cancellationToken);
                proven = account.PasswordHash;
            }

            if (update.Role is Roles.Operator or Roles.Admin && update.Role != account.Role && (moves || !account.EmailVerified))
                throw AccountRefusals.EmailNotVerified();
            if (update.Branches is not null)
                caller.RequireMayGive(update.Branches.Ids);
            else if (update.Role is Roles.Operator or Roles.Admin)
                caller.RequireMayGive(account.BranchIds);
            if (update.Password is not null)
                hash ??= await passwords.HashAsync(update.Password, known: true, cancellationToken);
            var change = account.Update(
                update.Name,
                update.Email,
                update.Phone,
                update.SetsPhone,
                update.Role,
                hash,
                time.Now(),
                update.Branches,
                update.Disabled
            );
            if (moves)
                change = links.WithVerification(change, client.Language);
            if (!await store.SaveAsync(change, account.Version, answer: null, cancellationToken))
                continue;
            if (change.EndsSessions)
                revoked.Revoke(signIns.Ended(change.Next));
            Audit(account, change.Next, hash is not null, caller.UserId);
            return change.Next;
        }
    }

    /// <summary>Erases an account; one's own needs the current password.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>, <c>INVALID_CREDENTIALS</c>, <c>CONFLICT</c> for the last admin,
    /// <c>VERSION_CONFLICT</c>.</exception>
    public async Task EraseAsync(
        string userId,
        Caller caller,
        string? sessionId,
        IReadOnlyCollection<long>? expected,
        string? currentPassword,
        SignInClient client,
        CancellationToken cancellationToken
    )
    {
        RequireSelfOrAdmin(userId, caller);
        string? proven = null;
        while (true)
        {
            var account = await GetAsync(userId, cancellationToken);
            RequireReach(account, caller);
            expected.Require(account.Version);
            if (caller.UserId == userId && proven != account.PasswordHash)
            {
                await ProveAsync(account, sessionId, currentPassword, client, cancellationToken);
                proven = account.PasswordHash;
            }

            var change = account.Erase(time.Now());
            if (!await store.SaveAsync(change, account.Version, answer: null, cancellationToken))
                continue;
            revoked.Revoke(signIns.Ended(change.Next));
            UsersLog.Erased(log, userId, caller.UserId);
            return;
        }
    }

    private static void RequireSelfOrAdmin(string userId, Caller caller)
    {
        if (caller.UserId != userId && !caller.IsAdmin)
            throw AccountRefusals.NotFound();
    }

    private static void RequireReach(Account account, Caller caller)
    {
        if (!caller.Reaches(account))
            throw AccountRefusals.NotFound();
    }

    // The session is what guesses are counted by: it has proven the password before, and nobody else can use its turn up.
    private async Task ProveAsync(
        Account account,
        string? sessionId,
        string? password,
        SignInClient client,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(password))
        {
            var errors = new FieldErrors();
            errors.Add("currentPassword", "is required for this");
            errors.ThrowIfAny();
        }

        if (
            await proof.IsRightAsync(
                new SignInAttempt(account.Email, client.Network, sessionId),
                password!,
                account.PasswordHash,
                cancellationToken
            )
        )
            return;
        UsersLog.ProofFailed(log, account.Id);
        throw AccountRefusals.WrongCurrentPassword();
    }

    private void Audit(Account before, Account after, bool newPassword, string? by)
    {
        if (newPassword)
            UsersLog.PasswordChanged(log, after.Id, by);
        if (after.Email != before.Email)
            UsersLog.EmailChanged(log, after.Id, by);
        if (after.Role != before.Role)
            UsersLog.RoleChanged(log, after.Id, before.Role, after.Role, by);
        if (!ReferenceEquals(after.BranchIds, before.BranchIds))
            UsersLog.BranchesChanged(log, after.Id, by);
        if (before.DisabledAt is null && after.DisabledAt is not null)
            UsersLog.Disabled(log, after.Id, by);
        if (before.DisabledAt is not null && after.DisabledAt is null)
            UsersLog.Enabled(log, after.Id, by);
    }
}
