namespace SmartQueue.Hosting.Bus;

/// <summary>Publishes events to all who consume them. The one door to the bus, so that nobody else knows what is behind it.</summary>
public interface IEventPublisher
{
    /// <summary>Returns once the event is on the bus: with RabbitMQ, once the broker has confirmed it.</summary>
    /// <param name="message">The event, a record of the contracts. Its consumers may get this very record, so nobody may change what it
    /// holds.</param>
    /// <param name="eventId">Its id, which becomes the id of the message.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What becomes of it. As long as it is not done, a restart loses it.</returns>
    /// <exception cref="TimeoutException">The broker has not confirmed it within 10 s.</exception>
    Task<Publication> PublishAsync(object message, Guid eventId, CancellationToken cancellationToken);
}
