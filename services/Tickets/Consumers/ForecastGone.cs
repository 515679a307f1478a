using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Forgets the forecast of a deleted queue, in each process that has one.</summary>
internal sealed class ForecastGone(LineForecasts forecasts) : IConsumer<QueueDeleted>
{
    public Task Consume(ConsumeContext<QueueDeleted> context)
    {
        forecasts.Forget(context.Message.QueueId);
        return Task.CompletedTask;
    }
}
