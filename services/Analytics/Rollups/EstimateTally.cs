using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Rollups;

/// <summary>What people were told on joining, beside the waits they had.</summary>
internal sealed class EstimateTally
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private long promised;
    private long waited;
    private long missed;
    private int inRange;

    /// <summary>How many promises there were to keep.</summary>
    public int Count { get; private set; }

    /// <summary>Seconds promised, mean; <c>null</c> without any.</summary>
    public double? MeanPromised => Count == 0 ? null : Seconds(promised);

    /// <summary>Seconds waited by those who were promised something, mean; <c>null</c> without any.</summary>
    public double? MeanWaited => Count == 0 ? null : Seconds(waited);

    /// <summary>Takes in a promise and the wait that came of it. Who is called at once needed none.</summary>
    public void Add(WaitPromise promise, TimeSpan wait)
    {
        if (wait < ShortestWait)
            return;
        var told = promise.EstimatedWaitTime * 1000L;
        var had = (long)wait.TotalMilliseconds;
        Count++;
        promised += told;
        waited += had;
        missed += Math.Abs(told - had);
        if (had >= promise.Low * 1000L && had <= promise.High * 1000L)
            inRange++;
    }

    /// <summary>Adds all of another tally to this one; the other stays as it is.</summary>
    public void Add(EstimateTally other)
    {
        Count += other.Count;
        promised += other.promised;
        waited += other.waited;
        missed += other.missed;
        inRange += other.inRange;
    }

    /// <summary>How good the promises were.</summary>
    public EstimateFigures Figures() =>
        Count == 0 ? EstimateFigures.Empty : new(Count, Seconds(missed), Seconds(promised - waited), (double)inRange / Count);

    /// <summary>Writes the counts and sums it is made of; no single promise is in them.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(Count);
        writer.Write7BitEncodedInt64(promised);
        writer.Write7BitEncodedInt64(waited);
        writer.Write7BitEncodedInt64(missed);
        writer.Write7BitEncodedInt(inRange);
    }

    /// <summary>Adds what was written of another.</summary>
    public void Read(ref PackedReader reader)
    {
        Count += (int)reader.Number();
        promised += reader.Number();
        waited += reader.Number();
        missed += reader.Number();
        inRange += (int)reader.Number();
    }

    private double Seconds(long milliseconds) => Math.Round((double)milliseconds / Count) / 1000;
}
