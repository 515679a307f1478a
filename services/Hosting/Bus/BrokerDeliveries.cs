using System.Collections.Concurrent;
using MassTransit;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Hosting.Bus;

/// <summary>Tells observers what became of each event that came from RabbitMQ.</summary>
internal sealed class BrokerDeliveries(ModuleContext context, IEnumerable<IDeliveryObserver> observers) : IConsumeObserver
{
    private readonly IReadOnlyList<IDeliveryObserver> observers = [.. observers];
    private readonly IReadOnlyList<string> endpoints = [.. context.HostedModules.SelectMany(m => m.Endpoints).Select(e => e.Name)];
    private readonly ConcurrentDictionary<Uri, string> names = new();

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        var endpoint = NameOf(context.ReceiveContext.InputAddress);
        foreach (var observer in observers)
            observer.Handled(endpoint, context.Message);
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        var endpoint = NameOf(context.ReceiveContext.InputAddress);
        foreach (var observer in observers)
            observer.Failed(endpoint, context.Message, exception);
        return Task.CompletedTask;
    }

    // A process's own queue carries a random suffix, which would make a new time series of every start.
    private string NameOf(Uri queue) =>
        names.GetOrAdd(queue, address =>
            endpoints.FirstOrDefault(e => address.Segments[^1] == e || address.Segments[^1].StartsWith(e + "-", StringComparison.Ordinal))
            ?? address.Segments[^1]
        );
}
