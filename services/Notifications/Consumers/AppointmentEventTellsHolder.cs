using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of an appointment.</summary>
internal sealed class AppointmentEventTellsHolder(AppointmentNoticeDesk desk)
    : IEventConsumer<AppointmentBooked>,
        IEventConsumer<AppointmentChanged>,
        IEventConsumer<AppointmentCancelled>,
        IEventConsumer<AppointmentArrived>,
        IEventConsumer<AppointmentMissed>
{
    public Task ConsumeAsync(AppointmentBooked happened, CancellationToken cancellationToken) => HearAsync(happened, cancellationToken);

    public Task ConsumeAsync(AppointmentChanged happened, CancellationToken cancellationToken) => HearAsync(happened, cancellationToken);

    public Task ConsumeAsync(AppointmentCancelled happened, CancellationToken cancellationToken) => HearAsync(happened, cancellationToken);

    public Task ConsumeAsync(AppointmentArrived happened, CancellationToken cancellationToken) => HearAsync(happened, cancellationToken);

    public Task ConsumeAsync(AppointmentMissed happened, CancellationToken cancellationToken) => HearAsync(happened, cancellationToken);

    private Task HearAsync(IEvent happened, CancellationToken cancellationToken) =>
        desk.HearAsync(AppointmentNews.Of(happened), cancellationToken);
}
