using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Hosting.Auth;

/// <summary>
/// The access tokens that no longer hold: all of an account from before its present epoch, since a password, address or role was changed
/// or the account switched off or erased; and all of a session that was ended. Each is forgotten when its tokens have ended by themselves.
/// </summary>
public sealed class RevokedTokens(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RevokedToken> bySubject = new();

    /// <summary>Told after more have been revoked, for what stays open longer than a request.</summary>
    public event Action? Changed;

    /// <summary>How an account or a session is named where anyone may read it.</summary>
    public static string SubjectOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>Revokes what is not revoked yet.</summary>
    public void Revoke(params IEnumerable<RevokedToken> tokens)
    {
        var more = false;
        foreach (var token in tokens)
        {
            if (bySubject.TryGetValue(token.Subject, out var known) && known.Epoch >= token.Epoch)
                continue;
            bySubject[token.Subject] = token;
            more = true;
        }

        foreach (var (subject, token) in bySubject)
        {
            if (token.Until < time.GetUtcNow())
                bySubject.TryRemove(new(subject, token));
        }

        if (more)
            Changed?.Invoke();
    }

    /// <summary>Whether the token somebody came with no longer holds.</summary>
    public bool IsRevoked(ClaimsPrincipal? user)
    {
        if (bySubject.IsEmpty || user?.FindFirst("sub")?.Value is not { } userId)
            return false;
        if (user.FindFirst(AccessTokens.SessionClaim)?.Value is { } session && bySubject.ContainsKey(SubjectOf(session)))
            return true;
        if (!bySubject.TryGetValue(SubjectOf(userId), out var revoked))
            return false;
        return !int.TryParse(user.FindFirst(AccessTokens.EpochClaim)?.Value, out var epoch) || epoch < revoked.Epoch;
    }
}
