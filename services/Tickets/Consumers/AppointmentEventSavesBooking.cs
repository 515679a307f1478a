using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps who is expected in the lines. The store keeps the highest version, so repeats and disorder change nothing.</summary>
internal sealed class AppointmentEventSavesBooking(IBookingStore store)
    : IEventConsumer<AppointmentBooked>,
        IEventConsumer<AppointmentChanged>,
        IEventConsumer<AppointmentCancelled>,
        IEventConsumer<AppointmentArrived>,
        IEventConsumer<AppointmentMissed>
{
    public Task ConsumeAsync(AppointmentBooked happened, CancellationToken cancellationToken) =>
        SaveAsync(happened.Appointment, cancellationToken);

    public Task ConsumeAsync(AppointmentChanged happened, CancellationToken cancellationToken) =>
        SaveAsync(happened.Appointment, cancellationToken);

    public Task ConsumeAsync(AppointmentCancelled happened, CancellationToken cancellationToken) =>
        SaveAsync(happened.Appointment, cancellationToken);

    public Task ConsumeAsync(AppointmentArrived happened, CancellationToken cancellationToken) =>
        SaveAsync(happened.Appointment, cancellationToken);

    public Task ConsumeAsync(AppointmentMissed happened, CancellationToken cancellationToken) =>
        SaveAsync(happened.Appointment, cancellationToken);

    private Task SaveAsync(AppointmentState appointment, CancellationToken cancellationToken) =>
        store.SaveAsync(
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
