namespace SmartQueue.Tickets.Domain;

/// <summary>Those of whom one is the next of a line; at least one of the two.</summary>
/// <param name="WalkIn">The first who waits without an appointment.</param>
/// <param name="Booked">The first of those who arrived for one and are due, or else of those who are not due yet.</param>
/// <param name="InARow">How many with an appointment were called in a row while a walk-in waited.</param>
internal sealed record LineHead(Ticket? WalkIn, Ticket? Booked, int InARow)
{
    /// <summary>Whether somebody with an appointment is due.</summary>
    /// <param name="now">UTC.</param>
    public bool HasDue(DateTimeOffset now) => Booked?.Turn is { } turn && turn.At <= now;

    /// <summary>The next, see <see cref="BookedLine"/>.</summary>
    /// <param name="now">UTC.</param>
    public Ticket Next(DateTimeOffset now) => WalkIn is null || (HasDue(now) && InARow < Booked!.Turn!.InARow) ? Booked! : WalkIn;
}
