using System.Runtime.InteropServices;
using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Rollups;

/// <summary>
/// All that figures need of the tickets that joined a queue in some stretch of time, made of their facts and of nothing else.
/// Stored ones cover an hour of UTC. What happened is noted by quarter of an hour, since some zones are so far off UTC.
/// </summary>
internal sealed class Rollup
{
    // Up to 1 there were no estimates, up to 2 waits and estimates were not known by quarter, and up to 3 there were no appointments.
    private const byte Format = 4;
    private static readonly int StatusCount = Enum.GetValues<TicketStatus>().Length;

    private readonly int[] statuses = new int[StatusCount];
    private readonly Dictionary<long, QuarterTally> quarters = [];
    private readonly Dictionary<string, CounterTally> counters = [];

    public int Created => statuses.Sum();

    /// <summary>Cancelled before they were ever called.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Waits of the tickets ever called.</summary>
    public DurationTally Waits { get; } = new();

    /// <summary>Those of them of whoever came without an appointment.</summary>
    public DurationTally WalkInWaits { get; } = new();

    /// <summary>Whoever came for an appointment.</summary>
    public BookedTally Booked { get; } = new();

    /// <summary>Service times of the tickets served.</summary>
    public DurationTally Services { get; } = new();

    /// <summary>What was promised to the tickets ever called.</summary>
    public EstimateTally Estimates { get; } = new();

    /// <summary>What happened to them, by quarter of an hour.</summary>
    public IReadOnlyDictionary<long, QuarterTally> Quarters => quarters;

    /// <summary>What the counters did, by name.</summary>
    public IReadOnlyDictionary<string, CounterTally> Counters => counters;

    /// <summary>How many have the status.</summary>
    public int this[TicketStatus status] => statuses[(int)status];

    /// <summary>Takes in a ticket.</summary>
    public void Add(TicketFact fact)
    {
        statuses[(int)fact.Status]++;
        At(Quarter.Of(fact.CreatedAt)).Created++;
        if (fact.DueAt() is { } due)
            Booked.Add(due, fact.CreatedAt, fact.FirstCalledAt);
        else if (fact.WaitTime() is { } waited)
            WalkInWaits.Add(waited);
        if (fact.FirstCalledAt is { } called)
        {
            var quarter = At(Quarter.Of(called));
            var wait = fact.WaitTime()!.Value;
            quarter.Called++;
            quarter.Waits.Add(wait);
            Waits.Add(wait);
            if (fact.Promise is { } promise)
            {
                quarter.Estimates.Add(promise, wait);
                Estimates.Add(promise, wait);
            }
        }
        else if (fact.Status == TicketStatus.Cancelled)
        {
            Abandoned++;
        }

        if (fact.Status == TicketStatus.Served)
            AddServed(fact);
    }

    public void Add(Rollup other)
    {
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] += other.statuses[i];
        Abandoned += other.Abandoned;
        Waits.Add(other.Waits);
        WalkInWaits.Add(other.WalkInWaits);
        Booked.Add(other.Booked);
        Services.Add(other.Services);
        Estimates.Add(other.Estimates);
        foreach (var (quarter, happened) in other.quarters)
        {
            At(quarter).Add(happened);
        }

        foreach (var (name, counter) in other.counters)
            Counter(name).Add(counter);
    }

    /// <summary>Adds what was packed of another.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a rollup.</exception>
    public void Add(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        var format = reader.Number();
        if (format is < 1 or > Format)
            throw new InvalidDataException("A rollup is of another format.");
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] += (int)reader.Number();
        Abandoned += (int)reader.Number();
        if (format < 3)
            ReadWaits(ref reader);
        Services.Read(ref reader);
        if (format == 2)
            Estimates.Read(ref reader);
        var anyBooked = format > 3 && reader.Number() > 0;
        if (anyBooked)
        {
            Booked.Read(ref reader);
            WalkInWaits.Read(ref reader);
        }

        var entries = reader.Number();
        var quarter = 0L;
        for (var i = 0L; i < entries; i++)
        {
            quarter += reader.Number();
            var at = At(quarter);
            at.Created += (int)reader.Number();
            at.Called += (int)reader.Number();
            at.Served += (int)reader.Number();
            if (format < 3)
                continue;
            ReadOf(ref reader, at, walkInsAlone: !anyBooked);
        }

        entries = reader.Number();
        for (var i = 0L; i < entries; i++)
            Counter(reader.Text()).Read(ref reader);
    }

    /// <summary>Its bytes, the same for the same facts in any order.</summary>
    public byte[] Pack()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt64(Format);
        foreach (var count in statuses)
            writer.Write7BitEncodedInt(count);
        writer.Write7BitEncodedInt(Abandoned);
        Services.Write(writer);
        // Where nobody booked, the waits are those of walk-ins.
        writer.Write7BitEncodedInt(Booked.Arrived > 0 ? 1 : 0);
        if (Booked.Arrived > 0)
        {
            Booked.Write(writer);
            WalkInWaits.Write(writer);
        }

        writer.Write7BitEncodedInt(quarters.Count);
        var before = 0L;
        foreach (var (quarter, happened) in quarters.OrderBy(q => q.Key))
        {
            writer.Write7BitEncodedInt64(quarter - before);
            writer.Write7BitEncodedInt(happened.Created);
            writer.Write7BitEncodedInt(happened.Called);
            writer.Write7BitEncodedInt(happened.Served);
            happened.Waits.Write(writer);
            happened.Estimates.Write(writer);
            before = quarter;
        }

        writer.Write7BitEncodedInt(counters.Count);
        foreach (var (name, counter) in counters.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            counter.Write(writer);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private void AddServed(TicketFact fact)
    {
        if (fact.ServedAt is { } served)
            At(Quarter.Of(served)).Served++;
        var service = fact.ServiceTime();
        if (service is { } known)
            Services.Add(known);
        if (fact.Counter is { } name)
            Counter(name).Add(service);
    }

    // From before there were appointments.
    private void ReadWaits(ref PackedReader reader)
    {
        var waits = new DurationTally();
        waits.Read(ref reader);
        Waits.Add(waits);
        WalkInWaits.Add(waits);
    }

    // What is packed of a quarter alone counts in the whole, too.
    private void ReadOf(ref PackedReader reader, QuarterTally quarter, bool walkInsAlone)
    {
        var (waits, estimates) = (new DurationTally(), new EstimateTally());
        waits.Read(ref reader);
        estimates.Read(ref reader);
        quarter.Waits.Add(waits);
        quarter.Estimates.Add(estimates);
        Waits.Add(waits);
        if (walkInsAlone)
            WalkInWaits.Add(waits);
        Estimates.Add(estimates);
    }

    private QuarterTally At(long quarter)
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(quarters, quarter, out _);
        return tally ??= new QuarterTally();
    }

    private CounterTally Counter(string name)
    {
        ref var counter = ref CollectionsMarshal.GetValueRefOrAddDefault(counters, name, out _);
        return counter ??= new CounterTally();
    }
}
