namespace SmartQueue.Analytics.Rollups;

/// <summary>How punctual those were who came for an appointment, and how punctually they were called.</summary>
internal sealed class BookedTally
{
    /// <summary>On time is who comes at most this much before the appointment's time or after it.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private long delay;

    /// <summary>How many came, called or not.</summary>
    public int Arrived => Early + OnTime + Late;

    /// <summary>How many came earlier than on time.</summary>
    public int Early { get; private set; }

    /// <summary>How many came on time.</summary>
    public int OnTime { get; private set; }

    /// <summary>How many came later than on time.</summary>
    public int Late { get; private set; }

    /// <summary>Seconds from the appointment's time to coming, mean to the millisecond: below 0 they came before it; <c>null</c> without
    /// any.</summary>
    public double? MeanDelay => Arrived == 0 ? null : Math.Round((double)delay / Arrived) / 1000;

    /// <summary>From the appointment's time, or from coming where that was later, to the first call; 0 for who was called before.</summary>
    public DurationTally Waits { get; } = new();

    /// <summary>Takes in who came.</summary>
    /// <param name="due">The appointment's time.</param>
    /// <param name="arrived">When they came.</param>
    /// <param name="called">When they were first called, if they were.</param>
    public void Add(DateTimeOffset due, DateTimeOffset arrived, DateTimeOffset? called)
    {
        var late = arrived - due;
        delay += (long)late.TotalMilliseconds;
        if (late < -Tolerance)
            Early++;
        else if (late > Tolerance)
            Late++;
        else
            OnTime++;
        var begin = arrived > due ? arrived : due;
        if (called is { } at)
            Waits.Add(at > begin ? at - begin : TimeSpan.Zero);
    }

    /// <summary>Adds all of another; the other stays as it is.</summary>
    public void Add(BookedTally other)
    {
        Early += other.Early;
        OnTime += other.OnTime;
        Late += other.Late;
        delay += other.delay;
        Waits.Add(other.Waits);
    }

    /// <summary>Writes the counts and sums it is made of.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(Early);
        writer.Write7BitEncodedInt(OnTime);
        writer.Write7BitEncodedInt(Late);
        writer.Write7BitEncodedInt64(delay);
        Waits.Write(writer);
    }

    /// <summary>Adds what was written of another.</summary>
    public void Read(ref PackedReader reader)
    {
        Early += (int)reader.Number();
        OnTime += (int)reader.Number();
        Late += (int)reader.Number();
        delay += reader.Number();
        Waits.Read(ref reader);
    }
}
