using GraphQL.DataLoader;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>
/// Collects the keys that the fields of one level ask for, and loads them in as few calls as the batch size allows. Nothing is kept
/// beyond a batch, so that each event of a subscription reads again.
/// </summary>
internal sealed class BatchLoader<TKey, TValue>(
    int maxBatch,
    Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> load
)
    where TKey : notnull
    where TValue : class
{
    private readonly int maxBatch = maxBatch;
    private readonly Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> load = load;
    private readonly Lock gate = new();
    private Batch? open;

    public IDataLoaderResult<TValue?> Load(TKey key)
    {
        lock (gate)
        {
            if (open is null || open.IsFull(key))
                open = new Batch(this);
            open.Add(key);
            return new Pending(open, key);
        }
    }

    private sealed class Batch(BatchLoader<TKey, TValue> loader)
    {
        private readonly HashSet<TKey> keys = [];
        private Task<IReadOnlyDictionary<TKey, TValue>>? running;

        public bool IsFull(TKey key) => keys.Count == loader.maxBatch && !keys.Contains(key);

        public void Add(TKey key) => keys.Add(key);

        public Task<IReadOnlyDictionary<TKey, TValue>> RunAsync(CancellationToken cancellationToken)
        {
            lock (loader.gate)
            {
                if (loader.open == this)
                    loader.open = null;
                return running ??= loader.load([.. keys], cancellationToken);
            }
        }
    }

    private sealed class Pending(Batch batch, TKey key) : IDataLoaderResult<TValue?>
    {
        public async Task<TValue?> GetResultAsync(CancellationToken cancellationToken = default) =>
            (await batch.RunAsync(cancellationToken)).GetValueOrDefault(key);

        async Task<object?> IDataLoaderResult.GetResultAsync(CancellationToken cancellationToken) =>
            await GetResultAsync(cancellationToken);
    }
}
