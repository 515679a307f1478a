using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Forgets the forecast of a deleted queue, in each process that has one.</summary>
internal sealed class QueueDeletedDropsForecast(LineForecasts forecasts) : IEventConsumer<QueueDeleted>
{
    public Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken)
    {
        forecasts.Forget(happened.QueueId);
        return Task.CompletedTask;
    }
}
