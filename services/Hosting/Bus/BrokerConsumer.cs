using MassTransit;

namespace SmartQueue.Hosting.Bus;

/// <summary>Takes from RabbitMQ what a consumer wants of one event.</summary>
internal sealed class BrokerConsumer<TConsumer, TEvent>(TConsumer consumer) : IConsumer<TEvent>
    where TConsumer : class, IEventConsumer<TEvent>
    where TEvent : class
{
    public Task Consume(ConsumeContext<TEvent> context) => consumer.ConsumeAsync(context.Message, context.CancellationToken);
}
