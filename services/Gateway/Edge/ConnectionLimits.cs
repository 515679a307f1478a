using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Edge;

/// <summary>How many connections and streams each account, or network of strangers, has open.</summary>
internal sealed class ConnectionLimits
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = [];

    /// <summary>Refuses one more where there are too many.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c>.</exception>
    public void ThrowIfFull(RateSubject subject)
    {
        if (subject.Connections == 0)
            return;
        lock (gate)
        {
            if (open.GetValueOrDefault(subject.Key) < subject.Connections)
                return;
        }

        GatewayMetrics.RateLimited.Add(1, new KeyValuePair<string, object?>("kind", "connection"));
        throw new RefusedException(ErrorCodes.RateLimited, "Too many connections are open from here. Close some first.")
        {
            RetryAfter = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>Counts one more, until the answer is disposed.</summary>
    public IDisposable Open(RateSubject subject)
    {
        lock (gate)
            open[subject.Key] = open.GetValueOrDefault(subject.Key) + 1;
        return new Place(this, subject.Key);
    }

    private void Close(string key)
    {
        lock (gate)
        {
            if (--open[key] == 0)
                open.Remove(key);
        }
    }

    private sealed class Place(ConnectionLimits limits, string key) : IDisposable
    {
        private int closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref closed, 1) == 0)
                limits.Close(key);
        }
    }
}
