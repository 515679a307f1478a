using SmartQueue.Hosting.Http;

namespace SmartQueue.Users;

/// <summary>Keeps accounts and sessions. A write carries its event and kept answer: all of it is durable when the call returns, or nothing is.</summary>
internal interface IUserStore
{
    /// <summary>Adds an account, with its first session if it signs in at once.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>EMAIL_TAKEN</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task AddAsync(AccountChange registered, Session? session, StoredAnswer? answer, CancellationToken cancellationToken);

    /// <summary>Saves a change of an account still at <paramref name="expectedVersion"/>; <c>false</c> if someone else changed it first.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>EMAIL_TAKEN</c>, or <c>CONFLICT</c>: no admin would be left.</exception>
    Task<bool> SaveAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>An account, erased ones included.</summary>
    Task<Account?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Those of some accounts that there are, without erased ones.</summary>
    Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken);

    /// <summary>The account with an email address in lower case.</summary>
    Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>Accounts by id, without erased ones, one more than the page holds if there are more.</summary>
    /// <param name="role">Only of this role.</param>
    /// <param name="text">Only with this in name or email, whatever the case.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Account>> ListAsync(string? role, string? text, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Accounts whose sessions were ended since then, UTC, erased ones included.</summary>
    Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>How many admins there are.</summary>
    Task<int> CountAdminsAsync(CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredAnswer?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>Adds a session.</summary>
    Task AddSessionAsync(Session session, CancellationToken cancellationToken);

    /// <summary>Replaces a good token by the next one, in one step; revokes the family of one that was used before.</summary>
    /// <param name="tokenHash">The token used.</param>
    /// <param name="nextHash">The token that follows.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="expiresAt">When the next one ends, UTC.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<RotationOutcome> RotateAsync(string tokenHash, string nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Ends the session a token belongs to, dead or good, if there is one.</summary>
    Task EndSessionAsync(string tokenHash, CancellationToken cancellationToken);
}
