using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of an appointment.</summary>
internal sealed class AppointmentEventTellsHolder(AppointmentNoticeDesk desk)
    : IConsumer<AppointmentBooked>,
        IConsumer<AppointmentChanged>,
        IConsumer<AppointmentCancelled>,
        IConsumer<AppointmentArrived>,
        IConsumer<AppointmentMissed>
{
    public Task Consume(ConsumeContext<AppointmentBooked> context) => HearAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentChanged> context) => HearAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentCancelled> context) => HearAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentArrived> context) => HearAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AppointmentMissed> context) => HearAsync(context.Message, context.CancellationToken);

    private Task HearAsync(IEvent happened, CancellationToken cancellationToken) =>
        desk.HearAsync(AppointmentNews.Of(happened), cancellationToken);
}
