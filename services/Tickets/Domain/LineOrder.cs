namespace SmartQueue.Tickets.Domain;

/// <summary>
/// Order within a line: one number, lower is called first, and of equals the one with the older id. It is the moment of arrival in
/// milliseconds, less the head start of its priority, with room between two moments, so that a ticket can be put between two others
/// by a number between theirs, changing nobody else. Arrivals of a line are a millisecond apart at least, in the order of their numbers
/// whatever the clocks say.
/// </summary>
internal static class LineOrder
{
    /// <summary>The binary logarithm of the room between two moments.</summary>
    public const int RoomBits = 20;

    private const long HalfRoom = 1L << (RoomBits - 1);

    /// <summary>What a level of priority is worth where the higher one is strictly first: longer than anybody waits.</summary>
    private static readonly long Strict = (long)TimeSpan.FromDays(1000).TotalMilliseconds;

    /// <summary>The order of an arrival.</summary>
    /// <param name="moment">Milliseconds since 1970, UTC.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="headStart">What one level of it is worth, seconds; <c>null</c>: strictly first.</param>
    public static long OfArrival(long moment, int priority, int? headStart) => (moment - priority * Level(headStart)) << RoomBits;

    /// <summary>The order of a ticket whose priority changes.</summary>
    /// <param name="order">As it was.</param>
    /// <param name="levels">By how many it rises.</param>
    /// <param name="headStart">What one is worth, seconds; <c>null</c>: strictly first.</param>
    public static long Raised(long order, int levels, int? headStart) => order - (levels * Level(headStart) << RoomBits);

    /// <summary>The next for a counter, of those who are first in their lines: from a queue of a better rank, then from one in which
    /// somebody with an appointment is due, then whoever's order is lowest; and who is not due yet after all others.</summary>
    /// <param name="heads">The head of each line; at least one.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="now">UTC.</param>
    public static Ticket Next(IReadOnlyList<LineHead> heads, Counter counter, DateTimeOffset now) =>
        heads
            .Select(h => (Ticket: h.Next(now), Due: h.HasDue(now)))
            .OrderBy(n => n.Ticket.Turn?.At > now)
            .ThenBy(n => counter.RankOf(n.Ticket.QueueId))
            .ThenByDescending(n => n.Due)
            .ThenBy(n => n.Ticket.Order)
            .ThenBy(n => n.Ticket.Id, StringComparer.Ordinal)
            .First()
            .Ticket;

    /// <summary>An order right behind the first <paramref name="count"/> of <paramref name="peers"/>, or as soon after as there is
    /// room.</summary>
    /// <param name="peers">The orders of the others who wait, ascending.</param>
    /// <param name="count">How many of them go first.</param>
    /// <param name="own">The order it has, which stays where it stands there already.</param>
    public static long Behind(IReadOnlyList<long> peers, int count, long own)
    {
        if (peers.Count == 0)
            return own;
        if (count <= 0)
            return Math.Min(own, peers[0] - HalfRoom);
        for (var i = count; i < peers.Count; i++)
        {
            var room = peers[i] - peers[i - 1];
            // As late as can be: whoever comes with a priority later still goes first.
            if (room >= 2)
                return peers[i] - Math.Min(room / 2, HalfRoom);
        }

        if (own > peers[^1])
            return own;
        // Before the next arrival's, however many are put behind one another until somebody arrives.
        var nextArrival = ((peers[^1] >> RoomBits) + 1) << RoomBits;
        return peers[^1] + Math.Max(1, (nextArrival - peers[^1]) / 2);
    }

    private static long Level(int? headStart) => headStart is { } seconds ? seconds * 1000L : Strict;
}
