namespace SmartQueue.Appointments;

/// <summary>Counts of one minute, all of the same, so that what is remembered is forgotten with it. Safe to use from many threads.</summary>
internal sealed class MinuteCounts<TKey>(TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<TKey, int> counts = [];
    private DateTimeOffset began = time.GetUtcNow();

    /// <summary>How many there were in the minute that runs.</summary>
    /// <param name="key">Of what.</param>
    /// <param name="left">How long it goes on.</param>
    public int Of(TKey key, out TimeSpan left)
    {
        lock (gate)
        {
            left = Begin();
            return counts.GetValueOrDefault(key);
        }
    }

    /// <summary>Counts one more.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            Begin();
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Counts one more, unless there were as many as may be already.</summary>
    /// <param name="key">Of what.</param>
    /// <param name="most">How many may be.</param>
    /// <param name="left">How long the minute goes on.</param>
    public bool TryAdd(TKey key, int most, out TimeSpan left)
    {
        lock (gate)
        {
            left = Begin();
            var count = counts.GetValueOrDefault(key);
            if (count >= most)
                return false;
            counts[key] = count + 1;
            return true;
        }
    }

    private TimeSpan Begin()
    {
        var now = time.GetUtcNow();
        if (now - began >= Minute)
        {
            counts.Clear();
            began = now;
        }

        return began + Minute - now;
    }
}
