using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Keeps the row of a ticket and tells the screens. A repeat tells them again: the first delivery may have died between the
/// two.</summary>
internal sealed class TicketEventUpdatesLine<TEvent>(ILineStore lines, StatusPublisher statuses) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        await lines.SaveAsync(LineTicket.Of(context.Message), context.CancellationToken);
        statuses.Changed(context.Message.QueueId);
    }
}
