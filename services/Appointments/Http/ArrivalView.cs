using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Http;

/// <summary>Who arrives, for the ticket service to make a ticket of.</summary>
/// <param name="Id">The appointment's id, which the ticket has, too: who arrives twice has one.</param>
/// <param name="BranchId">Its branch.</param>
/// <param name="QueueId">Its queue.</param>
/// <param name="Turn">The turn it gives.</param>
/// <param name="UserId">The account; <c>null</c> for a guest.</param>
/// <param name="CustomerName">Who comes.</param>
/// <param name="Phone">How to reach them.</param>
/// <param name="Email">How to reach them.</param>
/// <param name="Notes">What they said.</param>
/// <param name="Language">The language to speak to them in.</param>
/// <param name="TokenHash">The hash of the token that opens the appointment, and will open the ticket.</param>
internal sealed record ArrivalView(
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
)
{
    public static ArrivalView Of(Appointment appointment, BookingRules? booking) =>
        new(
            appointment.Id,
            appointment.BranchId,
            appointment.QueueId,
            new BookedTurn { At = appointment.Start, InARow = booking?.InARow ?? 1 },
            appointment.UserId,
            appointment.CustomerName,
            appointment.Phone,
            appointment.Email,
            appointment.Notes,
            appointment.Language,
            appointment.TokenHash
        );
}
