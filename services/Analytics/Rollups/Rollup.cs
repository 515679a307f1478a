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
    // Up to 1 there were no estimates.
    private const byte Format = 2;
    private static readonly int StatusCount = Enum.GetValues<TicketStatus>().Length;

    private readonly int[] statuses = new int[StatusCount];
    private readonly Dictionary<long, Happened> quarters = [];
    private readonly Dictionary<string, CounterTally> counters = [];

    public int Created => statuses.Sum();

    /// <summary>Cancelled before they were ever called.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Waits of the tickets ever called.</summary>
    public DurationTally Waits { get; } = new();

    /// <summary>Service times of the tickets served.</summary>
    public DurationTally Services { get; } = new();

    /// <summary>What was promised to the tickets ever called.</summary>
    public EstimateTally Estimates { get; } = new();

    /// <summary>What happened to them, by quarter of an hour.</summary>
    public IReadOnlyDictionary<long, Happened> Quarters => quarters;

    /// <summary>What the counters did, by name.</summary>
    public IReadOnlyDictionary<string, CounterTally> Counters => counters;

    /// <summary>How many have the status.</summary>
    public int this[TicketStatus status] => statuses[(int)status];

    /// <summary>Takes in a ticket.</summary>
    public void Add(TicketFact fact)
    {
        statuses[(int)fact.Status]++;
        At(Quarter.Of(fact.CreatedAt)).Created++;
        if (fact.FirstCalledAt is { } called)
        {
            At(Quarter.Of(called)).Called++;
            Waits.Add(fact.WaitTime()!.Value);
            if (fact.Promise is { } promise)
                Estimates.Add(promise, fact.WaitTime()!.Value);
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
        Services.Add(other.Services);
        Estimates.Add(other.Estimates);
        foreach (var (quarter, happened) in other.quarters)
        {
            ref var at = ref At(quarter);
            at = new(at.Created + happened.Created, at.Called + happened.Called, at.Served + happened.Served);
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
        Waits.Read(ref reader);
        Services.Read(ref reader);
        if (format > 1)
            Estimates.Read(ref reader);
        var entries = reader.Number();
        var quarter = 0L;
        for (var i = 0L; i < entries; i++)
        {
            quarter += reader.Number();
            ref var at = ref At(quarter);
            at.Created += (int)reader.Number();
            at.Called += (int)reader.Number();
            at.Served += (int)reader.Number();
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
        Waits.Write(writer);
        Services.Write(writer);
        Estimates.Write(writer);
        writer.Write7BitEncodedInt(quarters.Count);
        var before = 0L;
        foreach (var (quarter, happened) in quarters.OrderBy(q => q.Key))
        {
            writer.Write7BitEncodedInt64(quarter - before);
            writer.Write7BitEncodedInt(happened.Created);
            writer.Write7BitEncodedInt(happened.Called);
            writer.Write7BitEncodedInt(happened.Served);
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

    private ref Happened At(long quarter) => ref CollectionsMarshal.GetValueRefOrAddDefault(quarters, quarter, out _);

    private CounterTally Counter(string name)
    {
        ref var counter = ref CollectionsMarshal.GetValueRefOrAddDefault(counters, name, out _);
        return counter ??= new CounterTally();
    }

    /// <summary>How many tickets joined, were first called, and were served.</summary>
    internal record struct Happened(int Created, int Called, int Served);
}
