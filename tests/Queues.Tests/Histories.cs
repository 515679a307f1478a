using CsCheck;
using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

/// <summary>Random days of random tickets: their events as a bus may deliver them, and what is true of them.</summary>
internal static class Histories
{
    public static readonly string[] Queues = ["a", "b"];

    /// <summary>Events shuffled and repeated, and when the day begins, in hours after the first.</summary>
    public sealed record History(IReadOnlyList<ITicketEvent> Deliveries, int DayStartHour);

    private static readonly TicketStatus[] Later =
    [
        TicketStatus.Waiting,
        TicketStatus.Called,
        TicketStatus.Serving,
        TicketStatus.Parked,
        TicketStatus.Served,
        TicketStatus.Cancelled,
        TicketStatus.NoShow,
        TicketStatus.Transferred,
        TicketStatus.Expired,
    ];

    private static readonly Gen<(TicketStatus Status, int Minutes, int Counter)[]> Moves = Gen.Select(
        Gen.OneOf(Later),
        Gen.Int[0, 40],
        Gen.Int[1, 3]
    ).Array[0, 6];

    public static readonly Gen<History> Any =
        from tickets in Gen.Select(Gen.OneOf(Queues), Gen.Int[0, 240], Gen.Int[0, 2], Moves).Array[0, 12]
        from hour in Gen.Int[0, 3]
        let events = tickets.SelectMany((t, i) => Life($"t{i:00}", i + 1, t.Item1, t.Item2, t.Item3, t.Item4)).ToArray()
        from repeats in events.Length == 0 ? Gen.Const(Array.Empty<ITicketEvent>()) : Gen.OneOf(events).Array[0, 10]
        from deliveries in Gen.Shuffle(events.Concat(repeats).ToArray())
        select new History(deliveries, hour);

    /// <summary>The figures of a queue, straight from the latest state of each ticket.</summary>
    public static LineFigures Direct(IReadOnlyList<LineTicket> latest, LineQuery query)
    {
        var all = latest.Where(t => t.QueueId == query.QueueId).ToList();
        var waiting = all.Where(t => t.Status == TicketStatus.Waiting).ToList();
        var called = all.Where(t => t.CalledAt >= query.DayStart).ToList();
        var served = all.Where(t => t.Status == TicketStatus.Served && t.ClosedAt >= query.DayStart).ToList();
        return new LineFigures
        {
            Waiting = [.. Sample.InLine(waiting).Select(t => t.Id)],
            WaitingSince = waiting.Count == 0 ? null : waiting.Min(t => t.QueuedAt),
            Others =
            [
                .. all.Where(t => t.Status is TicketStatus.Called or TicketStatus.Serving or TicketStatus.Parked)
                    .OrderBy(t => t.Id, StringComparer.Ordinal),
            ],
            CurrentNumber = called
                .OrderBy(t => t.CalledAt)
                .ThenBy(t => t.Number)
                .ThenBy(t => t.Id, StringComparer.Ordinal)
                .LastOrDefault()
                ?.TicketNumber,
            ServedToday = served.Count,
            CancelledToday = all.Count(t => t.Status == TicketStatus.Cancelled && t.ClosedAt >= query.DayStart),
            NoShowToday = all.Count(t => t.Status == TicketStatus.NoShow && t.ClosedAt >= query.DayStart),
            Waits = called.Count,
            WaitMs = called.Sum(t => t.WaitMs!.Value),
            Services = served.Count(t => t.ServiceMs is not null),
            ServiceMs = served.Sum(t => t.ServiceMs ?? 0),
            RecentCounters =
            [
                .. all.Where(t => t.ClosedAt >= query.CountersSince)
                    .Select(t => t.Counter)
                    .OfType<string>()
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
        };
    }

    // What a ticket may do is the ticket service's business: whatever it tells is counted.
    private static IEnumerable<ITicketEvent> Life(
        string id,
        int number,
        string queue,
        int joined,
        int priority,
        (TicketStatus Status, int Minutes, int Counter)[] moves
    )
    {
        var queuedAt = Sample.Now.AddMinutes(joined);
        yield return Sample.Event(id, queue, TicketStatus.Waiting, 1, queuedAt, number, priority: priority);
        var (at, version) = (queuedAt, 1L);
        DateTimeOffset? calledAt = null,
            servingAt = null;
        string? counter = null;
        foreach (var move in moves)
        {
            at = at.AddMinutes(move.Minutes).AddMilliseconds(move.Minutes * 7);
            if (move.Status == TicketStatus.Called)
                (calledAt, counter) = (at, $"{move.Counter}");
            if (move.Status == TicketStatus.Serving)
                (servingAt, counter) = (at, $"{move.Counter}");
            if (move.Status == TicketStatus.Waiting)
                (calledAt, servingAt, counter) = (null, null, null);
            yield return Sample.Event(id, queue, move.Status, ++version, at, number, counter, priority, queuedAt, calledAt, servingAt);
        }
    }
}
