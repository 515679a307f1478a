using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <summary>Definitions of queues that streams show, read once for all of them and again when they change.</summary>
internal sealed class RecentQueues(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private static readonly CallerHeaders Nobody = new(null, null, null, null);

    private readonly ConcurrentDictionary<string, Lazy<(DateTimeOffset At, Task<Queue> Queue)>> read = new();

    /// <summary>The queue as it was read at most a minute ago.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<Queue> GetAsync(string queueId)
    {
        if (read.TryGetValue(queueId, out var known) && time.GetUtcNow() - known.Value.At > MaxAge)
            read.TryRemove(new(queueId, known));
        var entry = read.GetOrAdd(queueId, id => new(() => (time.GetUtcNow(), ReadAsync(id))));
        try
        {
            return await entry.Value.Queue;
        }
        catch
        {
            read.TryRemove(new(queueId, entry));
            throw;
        }
    }

    /// <summary>It changed, or may have.</summary>
    public void Forget(string queueId) => read.TryRemove(queueId, out _);

    // For all who wait for it, so that one who leaves does not take it away from the others.
    private async Task<Queue> ReadAsync(string queueId)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<QueueClient>().GetAsync(Nobody, queueId, CancellationToken.None);
    }
}
