using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>Where somebody waits who arrived for an appointment.</summary>
/// <param name="TicketId">Their ticket.</param>
/// <param name="Order">Its order, see <see cref="LineOrder"/>.</param>
/// <param name="Turn">Their turn.</param>
internal sealed record BookedPlace(string TicketId, long Order, BookedTurn Turn)
{
    /// <summary>Whether it comes before a place in the order of the line.</summary>
    public bool IsBefore(long order, string ticketId) => Order < order || (Order == order && string.CompareOrdinal(TicketId, ticketId) < 0);
}
