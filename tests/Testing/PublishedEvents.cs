using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Testing;

/// <summary>Keeps what a process publishes, on its way to the bus.</summary>
public sealed class PublishedEvents : IEventPublisher
{
    private readonly IEventPublisher bus;
    private readonly ConcurrentQueue<object> all = new();

    private PublishedEvents(IEventPublisher bus) => this.bus = bus;

    /// <summary>What was published of a type so far, in its order.</summary>
    public IReadOnlyList<T> Of<T>() => [.. all.OfType<T>()];

    /// <summary>Forgets what was published so far.</summary>
    public void Clear() => all.Clear();

    /// <inheritdoc/>
    public Task<Publication> PublishAsync(object message, Guid eventId, CancellationToken cancellationToken)
    {
        all.Enqueue(message);
        return bus.PublishAsync(message, eventId, cancellationToken);
    }

    internal static void StandBefore(IServiceCollection services)
    {
        var bus = services.Single(s => s.ServiceType == typeof(IEventPublisher));
        services.Remove(bus);
        services.AddSingleton(sp => new PublishedEvents(
            (IEventPublisher)(bus.ImplementationFactory?.Invoke(sp) ?? ActivatorUtilities.CreateInstance(sp, bus.ImplementationType!))
        ));
        services.AddSingleton<IEventPublisher>(sp => sp.GetRequiredService<PublishedEvents>());
    }
}
