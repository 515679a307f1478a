using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Credentials;

/// <summary>The revoked access tokens, as accounts and sessions tell: those that were ended within the life of an access token.</summary>
internal sealed class StoredRevokedTokens(IUserStore store, SignIns signIns, TimeProvider time) : IRevokedTokenSource
{
    public async Task<IReadOnlyList<RevokedToken>> ReadAsync(CancellationToken cancellationToken) =>
        [
            .. (await store.EndedSinceAsync(signIns.EndedSince, cancellationToken)).Select(signIns.Ended),
            .. (await store.EndedSessionsAsync(time.GetUtcNow(), cancellationToken)).Select(s =>
                RevokedToken.OfSession(s.SessionId, s.RefusedUntil)
            ),
        ];
}
