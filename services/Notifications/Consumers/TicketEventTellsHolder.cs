using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Following;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells the holder of a ticket.</summary>
internal sealed class TicketEventTellsHolder<TEvent>(NotificationDesk desk, LineWatch lines) : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        await desk.TellAsync(happened, cancellationToken);
        lines.Changed(happened.Ticket);
    }
}
