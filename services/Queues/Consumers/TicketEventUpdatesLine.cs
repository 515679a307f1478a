using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Keeps the row of a ticket and tells the screens. A repeat tells them again: the first delivery may have died between the
/// two.</summary>
internal sealed class TicketEventUpdatesLine<TEvent>(ILineStore lines, StatusPublisher statuses) : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        await lines.SaveAsync(LineTicket.Of(happened), cancellationToken);
        statuses.Changed(happened.QueueId);
    }
}
