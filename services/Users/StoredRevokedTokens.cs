using SmartQueue.Hosting.Auth;

namespace SmartQueue.Users;

/// <summary>The revoked access tokens, as the accounts tell: those whose sessions ended within the life of an access token.</summary>
internal sealed class StoredRevokedTokens(IUserStore store, UsersOptions options, TimeProvider time) : IRevokedTokenSource
{
    // For clocks that differ.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<RevokedToken>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await store.EndedSinceAsync(time.GetUtcNow() - options.AccessTokenLifetime - Margin, cancellationToken)).Select(Of)];

    /// <summary>The tokens an account has revoked.</summary>
    public RevokedToken Of(Account account) =>
        new(RevokedTokens.SubjectOf(account.Id), account.SessionEpoch, (account.SessionsEndedAt ?? time.GetUtcNow()) + options.AccessTokenLifetime + Margin);
}
