using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records the appointment of any appointment event.</summary>
internal sealed class AppointmentEventSavesFact(IAnalyticsStore store, AnalyticsOptions options)
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
        options.Enabled ? store.RecordAppointmentAsync(AppointmentFact.Of(appointment), cancellationToken) : Task.CompletedTask;
}
