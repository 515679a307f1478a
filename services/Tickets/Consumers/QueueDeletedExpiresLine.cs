using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Closes the line of a deleted queue. A ticket taken in the same moment expires with the next sweep.</summary>
internal sealed class QueueDeletedExpiresLine(ITicketStore store, LineSweeper keeper, LineForecasts forecasts) : IConsumer<QueueDeleted>
{
    public async Task Consume(ConsumeContext<QueueDeleted> context)
    {
        var message = context.Message;
        await store.SavePolicyAsync(new QueuePolicy(message.QueueId, message.Version, null), context.CancellationToken);
        await keeper.ExpireAllAsync(message.QueueId, context.CancellationToken);
        forecasts.Forget(message.QueueId);
    }
}
