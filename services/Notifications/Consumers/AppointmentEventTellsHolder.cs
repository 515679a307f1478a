using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of an appointment.</summary>
internal sealed class AppointmentEventTellsHolder<TEvent>(AppointmentNoticeDesk desk) : IEventConsumer<TEvent>
    where TEvent : class, IAppointmentEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) =>
        desk.HearAsync(AppointmentNews.Of(happened), cancellationToken);
}
