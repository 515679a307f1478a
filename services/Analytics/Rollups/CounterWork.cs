using System.Runtime.InteropServices;
using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Rollups;

/// <summary>
/// What the counters of a branch did in some stretch of time, made of the facts of tickets and of nothing else. Stored ones cover an hour of
/// UTC and tell of closed tickets alone: what counters still have is read from the facts.
/// </summary>
internal sealed class CounterWork
{
    /// <summary>Stands for a queue's id where rollups are kept: these are of no queue.</summary>
    public const string InsteadOfQueue = "";

    private const byte Format = 1;
    private readonly Dictionary<Place, Tally> tallies = [];

    /// <summary>By counter and operator.</summary>
    public IReadOnlyDictionary<Place, Tally> Tallies => tallies;

    /// <summary>Takes in what of a ticket falls into a stretch of time. A service counts where it ended.</summary>
    /// <param name="fact">The ticket.</param>
    /// <param name="part">The stretch.</param>
    /// <param name="now">Up to when tickets count that counters still have.</param>
    public void Add(TicketFact fact, TimeRange part, DateTimeOffset now)
    {
        if (HeldTime.Of(fact, now) is not { } held || held.From >= part.To || held.To < part.From)
            return;
        ref var tally = ref At(new Place(fact.CounterId, fact.Counter!, fact.ServedBy));
        tally.Busy += Milliseconds(held.To < part.To ? held.To : part.To) - Milliseconds(held.From > part.From ? held.From : part.From);
        tally.Last = Math.Max(tally.Last, Milliseconds(held.To));
        if (fact.Status != TicketStatus.Served || held.To >= part.To)
            return;
        tally.Services++;
        if (fact.ServiceTime() is not { } service)
            return;
        tally.Timed++;
        tally.ServiceTime += (long)service.TotalMilliseconds;
    }

    /// <summary>Adds what was packed of another.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of counters' work.</exception>
    public void Add(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        if (reader.Number() != Format)
            throw new InvalidDataException("What counters did is of another format.");
        var entries = reader.Number();
        for (var i = 0L; i < entries; i++)
        {
            ref var tally = ref At(new Place(Given(reader.Text()), reader.Text(), Given(reader.Text())));
            tally.Busy += reader.Number();
            tally.Last = Math.Max(tally.Last, reader.Number());
            tally.Services += (int)reader.Number();
            tally.Timed += (int)reader.Number();
            tally.ServiceTime += reader.Number();
        }

        static string? Given(string text) => text.Length == 0 ? null : text;
    }

    /// <summary>Its bytes, the same for the same facts in any order.</summary>
    public byte[] Pack()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt64(Format);
        writer.Write7BitEncodedInt(tallies.Count);
        foreach (
            var (place, tally) in tallies
                .OrderBy(t => t.Key.CounterId, StringComparer.Ordinal)
                .ThenBy(t => t.Key.Counter, StringComparer.Ordinal)
                .ThenBy(t => t.Key.ServedBy, StringComparer.Ordinal)
        )
        {
            writer.Write(place.CounterId ?? "");
            writer.Write(place.Counter);
            writer.Write(place.ServedBy ?? "");
            writer.Write7BitEncodedInt64(tally.Busy);
            writer.Write7BitEncodedInt64(tally.Last);
            writer.Write7BitEncodedInt(tally.Services);
            writer.Write7BitEncodedInt(tally.Timed);
            writer.Write7BitEncodedInt64(tally.ServiceTime);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static long Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    private ref Tally At(Place place) => ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, place, out _);

    /// <summary>Who worked where.</summary>
    /// <param name="CounterId">The counter; <c>null</c> for tickets that earlier versions called.</param>
    /// <param name="Counter">Its name then.</param>
    /// <param name="ServedBy">The operator; <c>null</c> if none is known.</param>
    internal readonly record struct Place(string? CounterId, string Counter, string? ServedBy);

    /// <summary>What they did.</summary>
    /// <param name="Busy">Milliseconds with a ticket.</param>
    /// <param name="Last">When the last of these tickets was closed, in milliseconds from 1970 on.</param>
    /// <param name="Services">Tickets served.</param>
    /// <param name="Timed">How many of them have a service time.</param>
    /// <param name="ServiceTime">Milliseconds of service.</param>
    internal record struct Tally(long Busy, long Last, int Services, int Timed, long ServiceTime);
}
