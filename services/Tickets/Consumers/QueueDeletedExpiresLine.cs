using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Forgets the definition of a deleted queue. Its line is closed and empty; what an earlier version of the queue service left in
/// one expires.</summary>
internal sealed class QueueDeletedExpiresLine(QueuePolicies policies, LineSweeper keeper, LineForecasts forecasts) : IConsumer<QueueDeleted>
{
    public async Task Consume(ConsumeContext<QueueDeleted> context)
    {
        var message = context.Message;
        await policies.SaveAsync(new QueuePolicy(message.QueueId, message.Version, null), context.CancellationToken);
        await keeper.ExpireAllAsync(message.QueueId, context.CancellationToken);
        forecasts.Forget(message.QueueId);
    }
}
