namespace SmartQueue.Analytics.Rollups;

/// <summary>What one counter did.</summary>
internal sealed class CounterTally
{
    private long timed;
    private long sum;

    public int Served { get; private set; }

    /// <summary>Seconds of service, mean to the millisecond; <c>null</c> where none was noted.</summary>
    public double? MeanServiceTime => timed == 0 ? null : Math.Round((double)sum / timed) / 1000;

    /// <summary>Takes in a ticket it served.</summary>
    public void Add(TimeSpan? service)
    {
        Served++;
        if (service is not { } known)
            return;
        timed++;
        sum += (long)known.TotalMilliseconds;
    }

    public void Add(CounterTally other)
    {
        Served += other.Served;
        timed += other.timed;
        sum += other.sum;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(Served);
        writer.Write7BitEncodedInt64(timed);
        writer.Write7BitEncodedInt64(sum);
    }

    /// <summary>Adds what was written of another.</summary>
    public void Read(ref PackedReader reader)
    {
        Served += (int)reader.Number();
        timed += reader.Number();
        sum += reader.Number();
    }
}
