using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>
/// What appointments make of a line. Those who arrived for one are due from its time on, and are called before walk-ins; but while a walk-in
/// waits, only so many in a row, then a walk-in. Who is not due yet is called when nobody else waits. Within each of the three the order of
/// the line holds.
/// </summary>
/// <param name="Places">All who wait with such a turn.</param>
/// <param name="InARow">How many of them were called in a row while a walk-in waited, the latest call included.</param>
internal sealed record BookedLine(IReadOnlyList<BookedPlace> Places, int InARow)
{
    /// <summary>A line without any.</summary>
    public static readonly BookedLine Empty = new([], 0);

    /// <summary>How many will be called before a ticket if nobody comes and no time passes.</summary>
    /// <param name="ticketId">The ticket, which may wait already or not.</param>
    /// <param name="order">Its order.</param>
    /// <param name="turn">Its turn; <c>null</c> for a walk-in.</param>
    /// <param name="before">How many others of all who wait come before it by their orders.</param>
    /// <param name="others">How many others wait.</param>
    /// <param name="now">UTC.</param>
    public int Ahead(string ticketId, long order, BookedTurn? turn, int before, int others, DateTimeOffset now)
    {
        var rest = Places.Where(p => p.TicketId != ticketId).ToList();
        if (rest.Count == 0 && turn is null)
            return before;
        var due = rest.Where(p => p.Turn.At <= now).ToList();
        var walkIns = others - rest.Count;
        if (turn is null)
            return AheadOfWalkIn(before - rest.Count(p => p.IsBefore(order, ticketId)), due.Count, Most(due));
        if (turn.At <= now)
            return AheadOfDue(due.Count(p => p.IsBefore(order, ticketId)), walkIns, turn.InARow, InARow);

        return walkIns + due.Count + rest.Count(p => p.Turn.At > now && p.IsBefore(order, ticketId));
    }

    /// <summary>How many walk-ins go first where so many of all who wait do.</summary>
    /// <param name="ahead">How many go first.</param>
    /// <param name="ticketId">The walk-in who lets them.</param>
    /// <param name="now">UTC.</param>
    public int WalkInsAmong(int ahead, string ticketId, DateTimeOffset now)
    {
        var due = Places.Where(p => p.TicketId != ticketId && p.Turn.At <= now).ToList();
        var most = Most(due);
        var walkIns = Math.Max(0, ahead - due.Count);
        while (AheadOfWalkIn(walkIns, due.Count, most) < ahead)
            walkIns++;
        return walkIns;
    }

    /// <summary>How many will be called before a walk-in if more with an appointment become due meanwhile.</summary>
    /// <param name="ahead">How many will be if none does.</param>
    /// <param name="ticketId">The walk-in.</param>
    /// <param name="more">How many become due.</param>
    /// <param name="most">How many of them are called in a row.</param>
    /// <param name="now">UTC.</param>
    public int AheadWithMore(int ahead, string ticketId, int more, int most, DateTimeOffset now)
    {
        var due = Places.Count(p => p.TicketId != ticketId && p.Turn.At <= now);
        return AheadOfWalkIn(WalkInsAmong(ahead, ticketId, now), due + more, most);
    }

    /// <summary>How many will be called before somebody with a turn that is due, walk-ins among them.</summary>
    /// <param name="before">How many that are due come before them.</param>
    /// <param name="walkIns">How many walk-ins wait.</param>
    /// <param name="most">How many with a turn are called in a row.</param>
    /// <param name="inARow">How many of them were called in a row by now.</param>
    public static int AheadOfDue(int before, int walkIns, int most, int inARow) =>
        before + Math.Min(walkIns, (before + Math.Min(inARow, most)) / most);

    /// <summary>How many were called in a row after one more call.</summary>
    /// <param name="before">How many before it.</param>
    /// <param name="booked">Whether the one who is called has a turn.</param>
    /// <param name="walkInWaits">Whether a walk-in waits besides.</param>
    public static int InARowAfter(int before, bool booked, bool walkInWaits) => booked && walkInWaits ? before + 1 : 0;

    private static int Most(List<BookedPlace> due) => due.Count == 0 ? 1 : due.MinBy(p => p.Order)!.Turn.InARow;

    private int AheadOfWalkIn(int walkIns, int due, int most) => walkIns + Math.Min(due, (walkIns + 1) * most - Math.Min(InARow, most));
}
