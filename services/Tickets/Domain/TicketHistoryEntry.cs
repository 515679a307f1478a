using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>One transition of a ticket.</summary>
/// <param name="From">The status before; <c>null</c> when it was issued.</param>
/// <param name="To">The status after.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The account; <c>null</c> for a guest and for the system itself.</param>
/// <param name="Counter">The counter concerned.</param>
/// <param name="Reason">Why, if said.</param>
internal sealed record TicketHistoryEntry(
    TicketStatus? From,
    TicketStatus To,
    DateTimeOffset At,
    string? By,
    string? Counter,
    string? Reason
);
