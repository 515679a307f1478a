using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>Keeps accounts, sessions, invitations and signing keys. A write carries its event and kept answer: all of it is durable when the call
/// returns, or nothing is.</summary>
internal interface IUserStore
{
    /// <summary>Adds an account, with its first session if it signs in at once.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>EMAIL_TAKEN</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task AddAsync(AccountChange registered, Session? session, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>Saves a change of an account still at <paramref name="expectedVersion"/>; <c>false</c> if someone else changed it
    /// first.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>EMAIL_TAKEN</c>, or <c>CONFLICT</c>: no admin would be left.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> SaveAsync(AccountChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>An account, erased ones included.</summary>
    Task<Account?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Those of some accounts that there are, without erased ones.</summary>
    Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken);

    /// <summary>The account with an email address in lower case.</summary>
    Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>Accounts by id, without erased ones, one more than the page holds if there are more.</summary>
    /// <param name="role">Only of this role.</param>
    /// <param name="text">Only with this in name or email, whatever the case.</param>
    /// <param name="branchIds">Of staff, only those who are bound to these branches alone; <c>null</c> for all.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Account>> ListAsync(
        string? role,
        string? text,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    );

    /// <summary>Accounts whose sessions were ended since then, UTC, erased ones included.</summary>
    Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>How many admins there are who may sign in.</summary>
    Task<int> CountAdminsAsync(CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>Keeps the answer to a request that changed no account.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task KeepAnswerAsync(StoredResponse answer, CancellationToken cancellationToken);

    Task AddSessionAsync(Session session, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a good token by the next one, in one step; finds the salt of one used a moment ago; revokes the family of one used before
    /// that.
    /// </summary>
    Task<RotationOutcome> RotateAsync(TokenRotation use, CancellationToken cancellationToken);

    /// <summary>Ends the session a token belongs to, dead or good.</summary>
    /// <param name="tokenHash">The token.</param>
    /// <param name="refusedUntil">Until when its access tokens are to be refused, UTC.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Its id; <c>null</c> if there is none.</returns>
    Task<string?> EndSessionAsync(string tokenHash, DateTimeOffset refusedUntil, CancellationToken cancellationToken);

    /// <summary>Ends a session of an account.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> EndSessionAsync(string userId, string sessionId, DateTimeOffset refusedUntil, CancellationToken cancellationToken);

    /// <summary>A session that has not been ended; it may be past its time.</summary>
    Task<Session?> FindSessionAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>The sessions of an account that are open, by id, one more than the page holds if there are more.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="epoch">Its epoch: sessions of an earlier one are over.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="beganAfter">Sessions that began earlier are over for good, UTC.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Session>> ListSessionsAsync(
        string userId,
        int epoch,
        DateTimeOffset now,
        DateTimeOffset beganAfter,
        PageRequest page,
        CancellationToken cancellationToken
    );

    /// <summary>Sessions that were ended and whose access tokens are to be refused still: their ids, and until when, UTC.</summary>
    Task<IReadOnlyList<(string SessionId, DateTimeOffset RefusedUntil)>> EndedSessionsAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken
    );

    /// <summary>Keeps an invitation with its mail, in place of an earlier one to the same address.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task InviteAsync(Invitation invitation, AccountLinkIssued issued, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>An open invitation; it may be past its end.</summary>
    Task<Invitation?> FindInvitationAsync(string invitationId, CancellationToken cancellationToken);

    /// <summary>Invitations that can still be accepted, by id, one more than the page holds if there are more.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="branchIds">Only to these branches alone; <c>null</c> for all.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Invitation>> ListInvitationsAsync(
        DateTimeOffset now,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    );

    /// <summary>Takes an invitation back; <c>false</c> if there is none.</summary>
    Task<bool> RemoveInvitationAsync(string invitationId, CancellationToken cancellationToken);

    /// <summary>Uses an invitation up for the account it makes, or takes over, and that account's first session.</summary>
    /// <param name="invitationId">The invitation.</param>
    /// <param name="change">The account.</param>
    /// <param name="expectedVersion">The version it was taken over at; <c>null</c> for a new account.</param>
    /// <param name="session">The session.</param>
    /// <param name="answer">The kept answer.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns><c>false</c> if the invitation is gone, or the account has changed: nothing is done.</returns>
    /// <exception cref="Hosting.Errors.RefusedException"><c>EMAIL_TAKEN</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> AcceptAsync(
        string invitationId,
        AccountChange change,
        long? expectedVersion,
        Session session,
        StoredResponse? answer,
        CancellationToken cancellationToken
    );

    /// <summary>The keys that tokens are signed with; <c>null</c> before the first.</summary>
    Task<SigningKeySet?> FindSigningKeysAsync(CancellationToken cancellationToken);

    /// <summary>Keeps keys in place of those of a version; <c>false</c> if someone else changed them first.</summary>
    /// <param name="pem">Private keys, the one that signs first.</param>
    /// <param name="expectedVersion">The version they replace; 0 where there must be none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<bool> SaveSigningKeysAsync(string pem, long expectedVersion, CancellationToken cancellationToken);
}
