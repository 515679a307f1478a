using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.Push;

/// <summary>Queues as those who join are told of them: read once for all who come within a second, and again as soon as one
/// changes.</summary>
internal sealed class RecentStates(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<(DateTimeOffset At, Task<QueueResource?> Queue)>> read = new();

    /// <summary>The queue, not older than its last change that was heard of; <c>null</c> if there is none.</summary>
    public async Task<QueueResource?> FindAsync(string queueId, CancellationToken cancellationToken)
    {
        if (read.TryGetValue(queueId, out var known) && time.GetUtcNow() - known.Value.At > MaxAge)
            read.TryRemove(new(queueId, known));
        var entry = read.GetOrAdd(queueId, id => new(() => (time.GetUtcNow(), ReadAsync(id))));
        QueueResource? queue = null;
        try
        {
            return queue = await entry.Value.Queue.WaitAsync(cancellationToken);
        }
        finally
        {
            // What is not there, or could not be read, is asked for again.
            if (queue is null)
                read.TryRemove(new(queueId, entry));
        }
    }

    /// <summary>It changed, or may have.</summary>
    public void Forget(string queueId) => read.TryRemove(queueId, out _);

    // For all who wait for it, so that one who leaves does not take it away from the others.
    private async Task<QueueResource?> ReadAsync(string queueId)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<QueueStateClient>().FindAsync(queueId, CancellationToken.None);
    }
}
