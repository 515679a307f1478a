using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Says who may arrive, and follows the ticket that they got: it tells what became of the appointment.</summary>
internal sealed class ArrivalDesk(
    IAppointmentStore store,
    BookingQueues queues,
    AppointmentAccess access,
    CodeGuesses guesses,
    TimeProvider time
)
{
    /// <summary>Who arrives for an appointment.</summary>
    /// <param name="appointmentId">The appointment; <c>null</c> where its code is given.</param>
    /// <param name="code">Its code.</param>
    /// <param name="network">The network that guesses of codes are counted by.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>APPOINTMENT_NOT_FOUND</c>, <c>RATE_LIMITED</c> for a network that guessed too often, or
    /// <c>INVALID_TRANSITION</c>: too early, too late, or no longer booked.</exception>
    public async Task<ArrivalView> ArriveAsync(
        string? appointmentId,
        string? code,
        string network,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var appointment = appointmentId is null
            ? await OfCodeAsync(code!, network, cancellationToken)
            : await access.FindAsync(appointmentId, caller, cancellationToken);
        var booking = (await queues.FindAsync(appointment.QueueId, cancellationToken))?.Booking;
        appointment.RequireArrival(booking, time.Now());
        return ArrivalView.Of(appointment, booking);
    }

    /// <summary>Takes over what became of the ticket of an appointment. Repeats and what comes late change nothing.</summary>
    public async Task FollowAsync(ITicketEvent happened, CancellationToken cancellationToken)
    {
        if (happened.Ticket.AppointmentAt is null || happened.Ticket.VisitId is not { } appointmentId)
            return;
        while (
            await store.FindAsync(appointmentId, cancellationToken) is { } standing
            && standing.Follow(happened, time.Now()) is { } change
            && !await store.SaveAsync(change, standing.Version, cancellationToken)
        )
        {
            // Someone else was first: it is decided again on what they made of it.
        }
    }

    private async Task<Appointment> OfCodeAsync(string code, string network, CancellationToken cancellationToken)
    {
        guesses.Require(network);
        if (await store.FindByCodeAsync(SecretToken.HashOf(AppointmentAccess.CodeOf(code)), cancellationToken) is { } found)
            return found;
        guesses.Count(network);
        throw new RefusedException(ErrorCodes.AppointmentNotFound, "There is no appointment of this code.");
    }
}
