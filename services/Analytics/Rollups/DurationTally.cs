using System.Runtime.InteropServices;

namespace SmartQueue.Analytics.Rollups;

/// <summary>
/// How often each duration occurred, in whole seconds rounded up, with the exact sum and maximum. Rounding up keeps "within N seconds"
/// exact for every whole N, so a changed service-level target needs no facts; percentiles are at most a second too long.
/// </summary>
internal sealed class DurationTally
{
    private readonly Dictionary<int, int> seconds = [];
    private long sum;
    private long max;

    public int Count { get; private set; }

    public void Add(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        Add((int)Math.Min((duration.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond, int.MaxValue), 1);
        sum += milliseconds;
        max = Math.Max(max, milliseconds);
    }

    public void Add(DurationTally other)
    {
        foreach (var (second, count) in other.seconds)
            Add(second, count);
        sum += other.sum;
        max = Math.Max(max, other.max);
    }

    /// <summary>How many are at most so many seconds.</summary>
    public int Within(int limit)
    {
        var within = 0;
        foreach (var (second, count) in seconds)
        {
            if (second <= limit)
                within += count;
        }

        return within;
    }

    /// <summary>Mean, percentiles by the nearest rank, and maximum.</summary>
    public DurationFigures Figures()
    {
        if (Count == 0)
            return DurationFigures.Empty;
        var ordered = seconds.OrderBy(s => s.Key).ToList();
        return new(Math.Round((double)sum / Count) / 1000, Rank(50), Rank(90), Rank(95), max / 1000.0);

        double Rank(int percent)
        {
            var rank = ((long)Count * percent + 99) / 100;
            var index = 0;
            for (var passed = (long)ordered[0].Value; passed < rank; passed += ordered[index].Value)
                index++;
            return Math.Min(ordered[index].Key, max / 1000.0);
        }
    }

    /// <summary>Writes it: sum, maximum, and the seconds in order, each as its distance to the one before.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(sum);
        writer.Write7BitEncodedInt64(max);
        writer.Write7BitEncodedInt(seconds.Count);
        var before = 0;
        foreach (var (second, count) in seconds.OrderBy(s => s.Key))
        {
            writer.Write7BitEncodedInt(second - before);
            writer.Write7BitEncodedInt(count);
            before = second;
        }
    }

    /// <summary>Adds what was written of another.</summary>
    public void Read(ref PackedReader reader)
    {
        sum += reader.Number();
        max = Math.Max(max, reader.Number());
        var entries = reader.Number();
        var second = 0;
        for (var i = 0L; i < entries; i++)
        {
            second += (int)reader.Number();
            Add(second, (int)reader.Number());
        }
    }

    private void Add(int second, int count)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(seconds, second, out _) += count;
        Count += count;
    }
}
