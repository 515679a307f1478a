using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Bus;

/// <summary>
/// The bus of services that are all in one process: an event goes to its consumers as it is. What waits is lost with the process; the outbox
/// keeps what must not be, and tells it again after the next start.
/// </summary>
internal sealed class ProcessBus : BackgroundService, IEventPublisher
{
    // Less than the host gives all of its services together to stop.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private static readonly Task<Publication> Nobody = Task.FromResult(Publication.Done);

    private readonly IReadOnlyList<ProcessEndpoint> endpoints;
    private readonly Dictionary<Type, ProcessEndpoint[]> wanting;
    private readonly IServiceProvider services;
    private readonly IReadOnlyList<Type> connectionObservers;
    private readonly CancellationTokenSource abandoned = new();

    public ProcessBus(
        ModuleContext context,
        IServiceProvider services,
        IEnumerable<IDeliveryObserver> observers,
        TimeProvider time,
        ILogger<ProcessBus> log
    )
    {
        IReadOnlyList<IDeliveryObserver> told = [.. observers];
        var hosted = context.HostedModules.SelectMany(m => m.Endpoints).Where(e => !e.HearsOthers).ToList();
        endpoints = [.. hosted.Select(e => new ProcessEndpoint(e, services, told, time, log))];
        wanting = endpoints
            .SelectMany(endpoint => endpoint.Events.Select(type => (type, endpoint)))
            .GroupBy(w => w.type, w => w.endpoint)
            .ToDictionary(g => g.Key, g => g.ToArray());
        this.services = services;
        connectionObservers = [.. hosted.SelectMany(e => e.Observers).Distinct()];
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.queue.messages",
            () => Measure(e => e.Count),
            description: "Messages that wait for their consumer, or are with it."
        );
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.queue.errors",
            () => Measure(e => e.GivenUp),
            description: "Messages that a consumer gave up on; they come again with the next start."
        );
    }

    public Task<Publication> PublishAsync(object message, Guid eventId, CancellationToken cancellationToken)
    {
        if (!wanting.TryGetValue(message.GetType(), out var found))
            return Nobody;
        var publication = new Publication(found.Length);
        foreach (var endpoint in found)
            endpoint.Add(message, publication);
        return Task.FromResult(publication);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        abandoned.CancelAfter(StopTimeout);
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var endpoint in endpoints)
            endpoint.Dispose();
        abandoned.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var observer in connectionObservers)
            ((IConnectionObserver)services.GetService(observer)!).Connected();
        return Task.WhenAll(endpoints.Select(e => e.RunAsync(stoppingToken, abandoned.Token)));
    }

    private IEnumerable<Measurement<long>> Measure(Func<ProcessEndpoint, long> value) =>
        endpoints.Select(e => new Measurement<long>(value(e), new KeyValuePair<string, object?>("queue", e.Name)));
}
