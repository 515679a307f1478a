namespace SmartQueue.Tickets.Domain;

/// <summary>
/// Order within a line. Arrivals stand a wide step apart, in the order of their numbers whatever the clocks say, so that a ticket
/// can be put between two others by a number between theirs, changing nobody else. Among equal orders the older id comes first.
/// </summary>
internal static class LineOrder
{
    /// <summary>The binary logarithm of the step between arrivals.</summary>
    public const int StepBits = 20;

    private const long HalfStep = 1L << (StepBits - 1);

    /// <summary>The order of the n-th arrival of a line.</summary>
    public static long OfArrival(long arrival) => arrival << StepBits;

    /// <summary>The next for a counter, of those who are first in their lines: from a queue of a better rank, then of higher priority, then
    /// whoever came first.</summary>
    /// <param name="firsts">The first of each line; at least one.</param>
    /// <param name="counter">The counter.</param>
    public static Ticket Next(IReadOnlyList<Ticket> firsts, Counter counter) =>
        firsts
            .OrderBy(t => counter.RankOf(t.QueueId))
            .ThenByDescending(t => t.Priority)
            .ThenBy(t => t.CreatedAt)
            .ThenBy(t => t.Id, StringComparer.Ordinal)
            .First();

    /// <summary>An order right behind the first <paramref name="count"/> of <paramref name="peers"/>, or as soon after as there is
    /// room.</summary>
    /// <param name="peers">The orders of the others of the same priority, ascending.</param>
    /// <param name="count">How many of them go first.</param>
    /// <returns>The order; <c>null</c> without peers, where any will do and a new one might collide with that of a ticket set
    /// aside.</returns>
    public static long? Behind(IReadOnlyList<long> peers, int count)
    {
        if (peers.Count == 0)
            return null;
        if (count <= 0)
            return peers[0] - HalfStep;
        for (var i = count; i < peers.Count; i++)
        {
            var room = peers[i] - peers[i - 1];
            if (room >= 2)
                return peers[i - 1] + room / 2;
        }

        // Before the next arrival's, however many are put behind one another until somebody arrives.
        var nextArrival = OfArrival((peers[^1] >> StepBits) + 1);
        return peers[^1] + Math.Max(1, (nextArrival - peers[^1]) / 2);
    }
}
