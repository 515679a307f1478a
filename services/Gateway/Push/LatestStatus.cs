using System.Collections.Concurrent;

namespace SmartQueue.Gateway.Push;

/// <summary>Keeps a status that was overtaken on its way from replacing a newer one.</summary>
internal sealed class LatestStatus
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new();

    /// <summary>When the newest status of this queue was made; <c>null</c> if none was seen.</summary>
    public DateTimeOffset? LatestAt(string queueId) => seen.TryGetValue(queueId, out var at) ? at : null;

    /// <summary>Whether nothing newer of this queue was seen.</summary>
    public bool IsLatest(string queueId, DateTimeOffset at) =>
        seen.AddOrUpdate(queueId, at, (_, before) => before > at ? before : at) == at;
}
