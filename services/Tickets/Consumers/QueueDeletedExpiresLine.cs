using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Forgets the definition of a deleted queue. Its line is closed and empty; what an earlier version of the queue service left in
/// one expires.</summary>
internal sealed class QueueDeletedExpiresLine(QueuePolicies policies, LineSweeper keeper, LineForecasts forecasts)
    : IEventConsumer<QueueDeleted>
{
    public async Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken)
    {
        var message = happened;
        await policies.SaveAsync(new QueuePolicy(message.QueueId, message.Version, null), cancellationToken);
        await keeper.ExpireAllAsync(message.QueueId, cancellationToken);
        forecasts.Forget(message.QueueId);
    }
}
