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

/// <summary>The use cases of one-time links: forgotten passwords, proven addresses, invitations.</summary>
internal sealed class LinkDesk(
    IUserStore store,
    AccountLinks links,
    Passwords passwords,
    LoginThrottle throttle,
    SignIns signIns,
    RevokedTokens revoked,
    TimeProvider time,
    ILogger<LinkDesk> log
)
{
    /// <summary>Mails a link to a new password to an address, if it is that of an account; a few times, then the links that were mailed
    /// have to do.</summary>
    /// <param name="email">The address, lower case.</param>
    /// <param name="language">The language to write in; <c>null</c> leaves it to the default.</param>
    /// <param name="mailed">Kept with it, so that a repeat at the same moment mails nothing.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="DuplicateIdempotencyKeyException">It is mailed already.</exception>
    public async Task MailResetAsync(string email, string? language, StoredResponse? mailed, CancellationToken cancellationToken)
    {
        while (await store.FindByEmailAsync(email, cancellationToken) is { ErasedAt: null, DisabledAt: null } account)
        {
            if (!await store.SaveAsync(links.MailedReset(account, language), account.Version, mailed, cancellationToken))
                continue;
            UsersLog.ResetMailed(log, account.Id);
            return;
        }
    }

    /// <summary>Makes a link to a new password for somebody, to hand over.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>.</exception>
    public Task<ResetLinkView> MakeResetLinkAsync(
        string userId,
        Caller by,
        string? language,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                while (await store.FindAsync(userId, token) is { ErasedAt: null } account && by.Reaches(account))
                {
                    var (change, link, ends) = links.HandedReset(account, language);
                    var view = new ResetLinkView(link, ends);
                    if (!await store.SaveAsync(change, account.Version, key?.Seal(view, time.Now()), token))
                        continue;
                    UsersLog.ResetLinkMade(log, userId, by.UserId!);
                    return view;
                }

                throw AccountRefusals.NotFound();
            },
            cancellationToken
        );

    /// <summary>Sets a new password by a link, and ends all sessions.</summary>
    /// <exception cref="RefusedException"><c>LINK_NOT_VALID</c>.</exception>
    public Task ResetAsync(LinkToken opened, string password, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                string? hash = null;
                while (
                    await store.FindAsync(opened.Id, token) is { ErasedAt: null, DisabledAt: null } account
                    && account.ResetLink?.Opens(opened, time.Now()) == true
                )
                {
                    hash ??= await passwords.HashAsync(password, known: true, token);
                    var change = account.Reset(hash, time.Now());
                    if (!await store.SaveAsync(change, account.Version, key?.Seal(true, time.Now()), token))
                        continue;
                    revoked.Revoke(signIns.Ended(change.Next));
                    UsersLog.PasswordReset(log, account.Id);
                    return true;
                }

                throw AccountRefusals.LinkNotValid();
            },
            cancellationToken
        );

    /// <summary>Mails somebody another link that proves their address.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>, <c>CONFLICT</c> if it is proven, <c>RATE_LIMITED</c>.</exception>
    public Task MailVerificationAsync(string userId, string? language, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                while (await store.FindAsync(userId, token) is { ErasedAt: null } account)
                {
                    if (account.EmailVerified)
                        throw AccountRefusals.AlreadyVerified();
                    if (!throttle.MayMail(account.Email))
                        throw AccountRefusals.TooManyLinks();
                    if (await store.SaveAsync(links.Verification(account, language), account.Version, key?.Seal(true, time.Now()), token))
                        return true;
                }

                throw AccountRefusals.NotFound();
            },
            cancellationToken
        );

    /// <summary>Notes that an address is proven by a link.</summary>
    /// <exception cref="RefusedException"><c>LINK_NOT_VALID</c>.</exception>
    public Task VerifyAsync(LinkToken opened, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                while (
                    await store.FindAsync(opened.Id, token) is { ErasedAt: null } account
                    && account.VerificationLink?.Opens(opened, time.Now()) == true
                )
                {
                    if (!await store.SaveAsync(account.Verify(time.Now()), account.Version, key?.Seal(true, time.Now()), token))
                        continue;
                    UsersLog.EmailVerified(log, account.Id);
                    return true;
                }

                throw AccountRefusals.LinkNotValid();
            },
            cancellationToken
        );

    /// <summary>Invites an address to the staff, in place of an earlier invitation.</summary>
    /// <exception cref="RefusedException"><c>EMAIL_TAKEN</c>: somebody has proven that the address is theirs, or it is that
    /// of staff the admin does not reach. <c>VALIDATION_FAILED</c> for branches that are not the admin's to give.</exception>
    public Task<NewInvitationView> InviteAsync(
        string email,
        string role,
        IReadOnlyList<string>? branchIds,
        Caller by,
        string? language,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                if (branchIds is not null || role != Roles.User)
                    by.RequireMayGive(branchIds);
                if (await store.FindByEmailAsync(email, token) is { } there && (there.EmailVerified || !by.Reaches(there)))
                    throw AccountRefusals.InvitedAlreadyThere();
                var (invitation, link, issued) = links.Invite(email, role, branchIds, by.UserId!, language);
                var view = new NewInvitationView(invitation.Id, email, role, branchIds, link, invitation.ExpiresAt);
                await store.InviteAsync(invitation, issued, key?.Seal(view, invitation.CreatedAt), token);
                UsersLog.Invited(log, invitation.Id, role, by.UserId!);
                return view;
            },
            cancellationToken
        );

    /// <summary>Takes an invitation back.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>.</exception>
    public async Task RemoveInvitationAsync(string invitationId, Caller by, CancellationToken cancellationToken)
    {
        if (await store.FindInvitationAsync(invitationId, cancellationToken) is { } invitation && !by.Reaches(invitation))
            throw AccountRefusals.NoInvitation();
        if (!await store.RemoveInvitationAsync(invitationId, cancellationToken))
            throw AccountRefusals.NoInvitation();
        UsersLog.InvitationRemoved(log, invitationId, by.UserId);
    }

    /// <summary>
    /// Makes the account somebody was invited to, and signs it in. An account that has the address without having proven it is taken over:
    /// the one who registered it had no right to it.
    /// </summary>
    /// <exception cref="RefusedException"><c>LINK_NOT_VALID</c>.</exception>
    public Task<SignInView> AcceptAsync(
        LinkToken opened,
        string name,
        string password,
        ClientProgram client,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                string? hash = null;
                while (await store.FindInvitationAsync(opened.Id, token) is { } invitation && invitation.Opens(opened, time.Now()))
                {
                    var before = await store.FindByEmailAsync(invitation.Email, token);
                    if (before is { EmailVerified: true })
                        break;
                    hash ??= await passwords.HashAsync(password, known: true, token);
                    var now = time.Now();
                    var change = before?.TakeOver(name, hash, invitation, now) ?? Account.Join(time.NewId(), name, hash, invitation, now);
                    var (view, session) = await signIns.BeginAsync(change.Next, client, device: null, token);
                    if (!await TryAcceptAsync(invitation.Id, change, before?.Version, session, key?.Seal(view, now), token))
                        continue;
                    if (before is not null)
                        revoked.Revoke(signIns.Ended(change.Next));
                    UsersLog.InvitationAccepted(log, change.Next.Id, invitation.Id, invitation.InvitedBy, invitation.Role);
                    return view;
                }

                throw AccountRefusals.LinkNotValid();
            },
            cancellationToken
        );

    private async Task<bool> TryAcceptAsync(
        string invitationId,
        AccountChange change,
        long? version,
        Session session,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await store.AcceptAsync(invitationId, change, version, session, answer, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.EmailTaken)
        {
            // The address was registered in this moment: looked at again.
            return false;
        }
    }
}
