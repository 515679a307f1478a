using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of a ticket.</summary>
internal sealed class TicketNotices<TEvent>(NotificationDesk desk) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task Consume(ConsumeContext<TEvent> context) => desk.TellAsync(context.Message, context.CancellationToken);
}
