using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Testing;

/// <summary>Publishes events that a test makes up.</summary>
public static class EventPublishing
{
    /// <summary>Publishes it under its own id; what is no event, a question, under a new one.</summary>
    public static Task<Publication> PublishAsync(this IEventPublisher bus, object message, CancellationToken cancellationToken) =>
        bus.PublishAsync(message, (message as IEvent)?.EventId ?? Guid.CreateVersion7(), cancellationToken);
}
