using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records the appointment of any appointment event.</summary>
internal sealed class AppointmentEventSavesFact<TEvent>(IAnalyticsStore store, AnalyticsOptions options) : IEventConsumer<TEvent>
    where TEvent : class, IAppointmentEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) =>
        options.Enabled ? store.RecordAppointmentAsync(AppointmentFact.Of(happened.Appointment), cancellationToken) : Task.CompletedTask;
}
