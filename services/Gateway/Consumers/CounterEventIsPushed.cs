using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Tells those who follow a counter that it changed, or is gone. That it has another ticket is told by the tickets' events.</summary>
internal sealed class CounterEventIsPushed(LiveTopics live)
    : IConsumer<CounterUpdated>,
        IConsumer<CounterOpened>,
        IConsumer<CounterOnBreak>,
        IConsumer<CounterClosed>,
        IConsumer<CounterDeleted>
{
    public Task Consume(ConsumeContext<CounterUpdated> context) => Changed(context.Message.CounterId, context.Message);

    public Task Consume(ConsumeContext<CounterOpened> context) => Changed(context.Message.CounterId, context.Message);

    public Task Consume(ConsumeContext<CounterOnBreak> context) => Changed(context.Message.CounterId, context.Message);

    public Task Consume(ConsumeContext<CounterClosed> context) => Changed(context.Message.CounterId, context.Message);

    public Task Consume(ConsumeContext<CounterDeleted> context) => Changed(context.Message.CounterId, context.Message);

    private Task Changed(string counterId, object change)
    {
        live.Publish(PushGroups.Counter(counterId), change);
        return Task.CompletedTask;
    }
}
