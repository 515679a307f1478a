using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <summary>Queues or branches that streams show, as anyone may read them: read once for all streams, and again when they change.</summary>
/// <param name="read">Reads one.</param>
/// <param name="scopes">What it is read with.</param>
/// <param name="time">The clock.</param>
internal sealed class Recent<T>(Func<IServiceProvider, CallerHeaders, string, Task<T>> read, IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private static readonly CallerHeaders Nobody = new(null, null, null, null);

    private readonly ConcurrentDictionary<string, Lazy<(DateTimeOffset At, Task<T> Item)>> items = new();

    /// <summary>It as it was read at most a minute ago.</summary>
    /// <exception cref="Hosting.Errors.RefusedException">The service refuses, such as <c>QUEUE_NOT_FOUND</c>, or is away.</exception>
    public async Task<T> GetAsync(string id)
    {
        if (items.TryGetValue(id, out var known) && time.GetUtcNow() - known.Value.At > MaxAge)
            items.TryRemove(new(id, known));
        var entry = items.GetOrAdd(id, key => new(() => (time.GetUtcNow(), ReadAsync(key))));
        try
        {
            return await entry.Value.Item;
        }
        catch
        {
            items.TryRemove(new(id, entry));
            throw;
        }
    }

    /// <summary>It changed, or may have.</summary>
    public void Forget(string id) => items.TryRemove(id, out _);

    // For all who wait for it, so that one who leaves does not take it away from the others.
    private async Task<T> ReadAsync(string id)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider, Nobody, id);
    }
}
