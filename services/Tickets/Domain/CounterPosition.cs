using System.Globalization;

namespace SmartQueue.Tickets.Domain;

/// <summary>
/// Where an open ticket stands in the list of a counter, over all its queues: as in the list of its line, but among those who wait, a better
/// rank of the queue goes first.
/// </summary>
/// <param name="Rank">The rank of its queue at the counter while it waits; 0 otherwise.</param>
/// <param name="Line">Where it stands in its line.</param>
internal sealed record CounterPosition(int Rank, LinePosition Line) : IComparable<CounterPosition>
{
    public static CounterPosition Of(Ticket ticket, Counter counter)
    {
        var line = LinePosition.Of(ticket);
        return new(IsRanked(line.Part) ? counter.RankOf(ticket.QueueId) : 0, line);
    }

    /// <summary>What <see cref="ToString"/> gave; <c>null</c> for anything else.</summary>
    public static CounterPosition? Parse(string text) =>
        text.Split(':', 2) is [var rank, var line]
        && int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && LinePosition.Parse(line) is { } known
            ? new(number, known)
            : null;

    /// <summary>The last position of a line that is not behind this one.</summary>
    /// <param name="rank">The rank of the line's queue at the counter.</param>
    public LinePosition In(int rank) =>
        !IsRanked(Line.Part) || rank == Rank
            ? Line
            // Its ones of this part are all before this, or all behind.
            : new(rank < Rank ? Line.Part + 1 : Line.Part, long.MinValue, "");

    /// <inheritdoc/>
    public int CompareTo(CounterPosition? other)
    {
        if (other is null)
            return 1;
        var byPart = Line.Part.CompareTo(other.Line.Part);
        if (byPart != 0)
            return byPart;
        var byRank = Rank.CompareTo(other.Rank);
        return byRank != 0 ? byRank : Line.CompareTo(other.Line);
    }

    private static bool IsRanked(LinePart part) => part is LinePart.Booked or LinePart.Waiting;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}:{Line}");
}
