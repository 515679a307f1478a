namespace SmartQueue.Hosting.Bus;

/// <summary>That a consumer wants an event.</summary>
/// <param name="Consumer">Its type, an <see cref="IEventConsumer{TEvent}"/> of the event.</param>
/// <param name="Event">The event's type.</param>
public readonly record struct EventSubscription(Type Consumer, Type Event);
