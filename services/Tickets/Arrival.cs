using SmartQueue.Contracts;

namespace SmartQueue.Tickets;

/// <summary>Who arrives for an appointment, as the appointment service says.</summary>
/// <param name="Id">The appointment's id, which their ticket has, too.</param>
/// <param name="BranchId">Its branch.</param>
/// <param name="QueueId">Its queue.</param>
/// <param name="Turn">The turn it gives.</param>
/// <param name="UserId">The account; <c>null</c> for a guest.</param>
/// <param name="CustomerName">Who comes.</param>
/// <param name="Phone">How to reach them.</param>
/// <param name="Email">How to reach them.</param>
/// <param name="Notes">What they said.</param>
/// <param name="Language">The language to speak to them in.</param>
/// <param name="TokenHash">The hash of the token that opens the appointment, and opens the ticket.</param>
internal sealed record Arrival(
    string Id,
    string BranchId,
    string QueueId,
    BookedTurn Turn,
    string? UserId,
    string? CustomerName,
    string? Phone,
    string? Email,
    string? Notes,
    string? Language,
    string? TokenHash
);
