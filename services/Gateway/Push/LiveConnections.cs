using System.Collections.Concurrent;
using System.Security.Claims;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.Push;

/// <summary>What stays open longer than a request, by whom: ended as soon as its token is revoked. The client may come back with
/// another.</summary>
internal sealed class LiveConnections : IDisposable
{
    private readonly RevokedTokens revoked;
    private readonly ConcurrentDictionary<object, (ClaimsPrincipal User, Action End)> open = new();

    public LiveConnections(RevokedTokens revoked)
    {
        this.revoked = revoked;
        revoked.Changed += EndRevoked;
    }

    /// <summary>Something was opened; nothing to do for those who came without an account.</summary>
    public void Add(object key, ClaimsPrincipal? user, Action end)
    {
        if (user?.FindFirst("sub") is null)
            return;
        open[key] = (user, end);
        // It may have been revoked since the request was let in.
        if (revoked.IsRevoked(user))
            end();
    }

    public void Remove(object key) => open.TryRemove(key, out _);

    public void Dispose() => revoked.Changed -= EndRevoked;

    private void EndRevoked()
    {
        foreach (var (user, end) in open.Values)
        {
            if (revoked.IsRevoked(user))
                end();
        }
    }
}
