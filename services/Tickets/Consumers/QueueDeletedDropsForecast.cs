using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Forgets the forecast of a deleted queue, in each process that has one.</summary>
internal sealed class QueueDeletedDropsForecast(LineForecasts forecasts) : IConsumer<QueueDeleted>
{
    public Task Consume(ConsumeContext<QueueDeleted> context)
    {
        forecasts.Forget(context.Message.QueueId);
        return Task.CompletedTask;
    }
}
