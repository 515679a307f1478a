namespace SmartQueue.Tickets.Domain;

/// <summary>The orders of those who wait in a line, but for one ticket.</summary>
/// <param name="WalkIns">Of those without an appointment, ascending.</param>
/// <param name="Booked">The others.</param>
internal sealed record LineOrders(IReadOnlyList<long> WalkIns, BookedLine Booked)
{
    /// <summary>The order of a ticket that lets the first <paramref name="count"/> go first, or as soon after as there is room. It is a
    /// walk-in's from then on.</summary>
    /// <param name="count">How many go first.</param>
    /// <param name="ticket">The ticket, with the order it has.</param>
    /// <param name="now">UTC.</param>
    public long Behind(int count, Ticket ticket, DateTimeOffset now) =>
        LineOrder.Behind(
            WalkIns,
            Booked.WalkInsAmong(count, ticket.Id, now),
            // The time of an appointment is none that walk-ins stand by.
            ticket.Turn
                is null
                ? ticket.Order
                : LineOrder.OfArrival(ticket.QueuedAt.ToUnixTimeMilliseconds(), 0, headStart: null)
        );
}
