using SmartQueue.Hosting.Bus;

namespace SmartQueue.Hosting.Modules;

/// <summary>A message queue and who consumes it.</summary>
/// <param name="Name">Named by hand, service first, such as <c>analytics-tickets</c>: two services must never share one by
/// accident.</param>
/// <param name="Consumers">Their types, each an <see cref="IEventConsumer{TEvent}"/> of one event or several.</param>
public sealed record ServiceEndpoint(string Name, IReadOnlyList<Type> Consumers)
{
    /// <summary>Each process gets a queue of its own that goes with it: for what every instance must hear.</summary>
    public bool PerInstance { get; init; }

    /// <summary>Tells a process only what it knows already where no other has the same storage: then the queue is not needed.</summary>
    public bool HearsOthers { get; init; }

    /// <summary>The types that are told when this endpoint is connected, again after each outage; each an <see cref="IConnectionObserver"/>.</summary>
    public IReadOnlyList<Type> Observers { get; init; } = [];

    /// <summary>The most messages handled at once.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Each event that a consumer wants.</summary>
    public IEnumerable<EventSubscription> Subscriptions =>
        from consumer in Consumers
        from wanted in consumer.GetInterfaces()
        where wanted.IsGenericType && wanted.GetGenericTypeDefinition() == typeof(IEventConsumer<>)
        select new EventSubscription(consumer, wanted.GenericTypeArguments[0]);

    /// <summary>The same consumer for each of several events.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="consumer">An open generic consumer of one event, <c>Projection&lt;&gt;</c>.</param>
    /// <param name="events">The events.</param>
    public static ServiceEndpoint ForEach(string name, Type consumer, params IEnumerable<Type> events) =>
        new ServiceEndpoint(name, []).AndForEach(consumer, events);

    /// <summary>The same endpoint with one consumer more for each of several events.</summary>
    /// <param name="consumer">An open generic consumer of one event.</param>
    /// <param name="events">The events.</param>
    public ServiceEndpoint AndForEach(Type consumer, IEnumerable<Type> events) => And([.. events.Select(e => consumer.MakeGenericType(e))]);

    /// <summary>The same endpoint with more consumers.</summary>
    public ServiceEndpoint And(params IReadOnlyList<Type> consumers) => this with { Consumers = [.. Consumers, .. consumers] };
}
