using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Http;

/// <summary>One transition of a ticket.</summary>
/// <param name="From">The status before; <c>null</c> when it was issued.</param>
/// <param name="To">The status after.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The account; <c>null</c> for a guest and for the system itself.</param>
/// <param name="Counter">The counter concerned; <c>null</c> where there was none.</param>
/// <param name="Reason">Why, in somebody's words; <c>null</c> where nobody said.</param>
internal sealed record TicketTransitionView(
    TicketStatus? From,
    TicketStatus To,
    DateTimeOffset At,
    string? By,
    string? Counter,
    string? Reason
)
{
    public static TicketTransitionView Of(TicketHistoryEntry entry) =>
        new(entry.From, entry.To, entry.At, entry.By, entry.Counter, entry.Reason);
}
