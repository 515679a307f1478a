using System.Collections.Concurrent;

namespace SmartQueue.Gateway;

/// <summary>Keeps a status that was overtaken on its way from replacing a newer one.</summary>
internal sealed class LatestStatus
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new();

    /// <summary>Whether nothing newer of this queue was seen.</summary>
    public bool IsLatest(string queueId, DateTimeOffset at) => seen.AddOrUpdate(queueId, at, (_, before) => before > at ? before : at) == at;
}
