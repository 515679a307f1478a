using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps who is expected in the lines. The store keeps the highest version, so repeats and disorder change nothing.</summary>
internal sealed class AppointmentEventSavesBooking(IBookingStore store)
    : IConsumer<AppointmentBooked>,
        IConsumer<AppointmentChanged>,
        IConsumer<AppointmentCancelled>,
        IConsumer<AppointmentArrived>,
        IConsumer<AppointmentMissed>
{
    public Task Consume(ConsumeContext<AppointmentBooked> context) => SaveAsync(context, context.Message.Appointment);

    public Task Consume(ConsumeContext<AppointmentChanged> context) => SaveAsync(context, context.Message.Appointment);

    public Task Consume(ConsumeContext<AppointmentCancelled> context) => SaveAsync(context, context.Message.Appointment);

    public Task Consume(ConsumeContext<AppointmentArrived> context) => SaveAsync(context, context.Message.Appointment);

    public Task Consume(ConsumeContext<AppointmentMissed> context) => SaveAsync(context, context.Message.Appointment);

    private Task SaveAsync(ConsumeContext context, AppointmentState appointment) =>
        store.SaveAsync(
            new Booking(
                appointment.Id,
                appointment.QueueId,
                appointment.Start,
                appointment.Status == AppointmentStatus.Booked,
                appointment.Version
            ),
            context.CancellationToken
        );
}
