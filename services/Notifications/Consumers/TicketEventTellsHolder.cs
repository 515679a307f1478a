using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Notifications.Following;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of a ticket.</summary>
internal sealed class TicketEventTellsHolder<TEvent>(NotificationDesk desk, LineWatch lines) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        await desk.TellAsync(context.Message, context.CancellationToken);
        lines.Changed(context.Message.Ticket);
    }
}
