using MassTransit;

namespace SmartQueue.Hosting.Bus;

/// <summary>Publishes through RabbitMQ.</summary>
/// <param name="bus">Only made when it is needed: some who publish are observers of the bus, which it needs first.</param>
internal sealed class BrokerPublisher(Lazy<IBusControl> bus) : IEventPublisher
{
    // The bus itself waits for ever while the broker is away.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<Publication> PublishAsync(object message, Guid eventId, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await bus.Value.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(c => c.MessageId = eventId), limit.Token);
            return Publication.Done;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker has not confirmed a message within {Limit.TotalSeconds} s.", e);
        }
    }
}
