using MassTransit;

namespace SmartQueue.Hosting.Bus;

/// <summary>Publishes through RabbitMQ.</summary>
/// <param name="bus">Only made when it is needed: some who publish are observers of the bus, which it needs first.</param>
internal sealed class BrokerPublisher(Lazy<IBusControl> bus) : IEventPublisher
{
    public Task PublishAsync(object message, Guid eventId, CancellationToken cancellationToken) =>
        bus.Value.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(c => c.MessageId = eventId), cancellationToken);
}
