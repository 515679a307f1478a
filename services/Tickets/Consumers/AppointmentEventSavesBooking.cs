using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps who is expected in the lines. The store keeps the highest version, so repeats and disorder change nothing.</summary>
internal sealed class AppointmentEventSavesBooking<TEvent>(IBookingStore store) : IEventConsumer<TEvent>
    where TEvent : class, IAppointmentEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        var appointment = happened.Appointment;
        return store.SaveAsync(
            new Booking(
                appointment.Id,
                appointment.QueueId,
                appointment.Start,
                appointment.Status == AppointmentStatus.Booked,
                appointment.Version
            ),
            cancellationToken
        );
    }
}
