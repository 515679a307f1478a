using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Bus;

/// <summary>Measures how far consumers are behind: from the moment something happened to the moment a consumer was done with it, outbox and
/// broker included. Counts the attempts that failed.</summary>
internal sealed class EventLag(ModuleContext context, TimeProvider time) : IConsumeObserver
{
    private static readonly Histogram<double> Lag = SmartQueueTelemetry.Meter.CreateHistogram<double>(
        "smartqueue.events.lag",
        "s",
        "Time from an event to the end of its handling by a consumer.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
        }
    );

    private static readonly Counter<long> Failed = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.events.failed",
        description: "Attempts to handle an event that failed."
    );

    private readonly IReadOnlyList<string> endpoints = [.. context.HostedModules.SelectMany(m => m.Endpoints).Select(e => e.Name)];
    private readonly ConcurrentDictionary<Uri, string> names = new();

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.Message is IEvent happened)
            Lag.Record(
                (time.GetUtcNow() - happened.OccurredAt).TotalSeconds,
                new KeyValuePair<string, object?>("queue", NameOf(context.ReceiveContext.InputAddress))
            );
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        Failed.Add(1, new KeyValuePair<string, object?>("queue", NameOf(context.ReceiveContext.InputAddress)));
        return Task.CompletedTask;
    }

    // A process's own queue carries a random suffix, which would make a new time series of every start.
    private string NameOf(Uri queue) =>
        names.GetOrAdd(queue, address =>
            endpoints.FirstOrDefault(e => address.Segments[^1] == e || address.Segments[^1].StartsWith(e + "-", StringComparison.Ordinal))
            ?? address.Segments[^1]
        );
}
