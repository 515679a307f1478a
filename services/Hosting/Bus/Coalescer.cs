namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Sends word of changes per key: the first at once, then at most one an interval, and after the last change always once more.
/// It holds a key only while something about it was or is to be sent, and runs nothing while there is nothing to send. Of many keys that
/// change at once a few are sent at a time: what they read is needed for requests too.
/// </summary>
/// <param name="interval">The least time between two sends of a key.</param>
/// <param name="send">Sends the latest of a key; <c>false</c> if it could not, then it is tried again. Reads what it sends by itself, so
/// what changed before it began is in it.</param>
/// <param name="time">The clock.</param>
/// <param name="intervals">How many intervals lie between two sends of a key, asked after each: the more it sends, the more rarely. One
/// where it is not given.</param>
public sealed class Coalescer(
    TimeSpan interval,
    Func<string, CancellationToken, Task<bool>> send,
    TimeProvider time,
    Func<string, int>? intervals = null
) : IAsyncDisposable
{
    private const int SlowDown = 10;
    private const int AtOnce = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Pending> pending = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim room = new(AtOnce);

    /// <summary>How many keys are held.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return pending.Count;
        }
    }

    /// <summary>Something about the key changed.</summary>
    public void Changed(string key)
    {
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
                return;
            if (pending.TryGetValue(key, out var found))
            {
                found.Again = true;
                return;
            }

            var added = new Pending();
            pending.Add(key, added);
            added.Work = Task.Run(() => RunAsync(key, added));
        }
    }

    /// <summary>Stops, and waits for what is being sent.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> work;
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
                return;
            stopping.Cancel();
            work = [.. pending.Values.Select(p => p.Work)];
        }

        await Task.WhenAll(work);
        stopping.Dispose();
        room.Dispose();
    }

    private async Task RunAsync(string key, Pending state)
    {
        try
        {
            while (true)
            {
                var sent = await SendAsync(key);
                await Task.Delay(interval * (sent ? intervals?.Invoke(key) ?? 1 : SlowDown), time, stopping.Token);
                lock (gate)
                {
                    if (sent && !state.Again)
                    {
                        pending.Remove(key);
                        return;
                    }

                    state.Again = false;
                }
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Stopping: what was being sent is cancelled, or fails since the store or the bus is closed already. Those who come back read
            // the present status first.
        }
    }

    private async Task<bool> SendAsync(string key)
    {
        await room.WaitAsync(stopping.Token);
        try
        {
            return await send(key, stopping.Token);
        }
        finally
        {
            room.Release();
        }
    }

    private sealed class Pending
    {
        public bool Again { get; set; }

        public Task Work { get; set; } = Task.CompletedTask;
    }
}
