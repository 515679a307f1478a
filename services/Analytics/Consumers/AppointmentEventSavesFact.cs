using MassTransit;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records the appointment of any appointment event.</summary>
internal sealed class AppointmentEventSavesFact(IAnalyticsStore store, AnalyticsOptions options)
    : IConsumer<AppointmentBooked>,
        IConsumer<AppointmentChanged>,
        IConsumer<AppointmentCancelled>,
        IConsumer<AppointmentArrived>,
        IConsumer<AppointmentMissed>
{
    public Task Consume(ConsumeContext<AppointmentBooked> context) => SaveAsync(context.Message.Appointment, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentChanged> context) => SaveAsync(context.Message.Appointment, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentCancelled> context) => SaveAsync(context.Message.Appointment, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentArrived> context) => SaveAsync(context.Message.Appointment, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentMissed> context) => SaveAsync(context.Message.Appointment, context.CancellationToken);

    private Task SaveAsync(AppointmentState appointment, CancellationToken cancellationToken) =>
        options.Enabled ? store.RecordAppointmentAsync(AppointmentFact.Of(appointment), cancellationToken) : Task.CompletedTask;
}
