using System.Diagnostics.Metrics;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Bus;

/// <summary>Measures how far consumers are behind: from the moment something happened to the moment a consumer was done with it, outbox and
/// broker included. Counts the attempts that failed.</summary>
internal sealed class EventLag(TimeProvider time) : IDeliveryObserver
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

    private static readonly Counter<long> FailedAttempts = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.events.failed",
        description: "Attempts to handle an event that failed."
    );

    public void Handled(string endpoint, object message)
    {
        if (message is IEvent happened)
            Lag.Record((time.GetUtcNow() - happened.OccurredAt).TotalSeconds, new KeyValuePair<string, object?>("queue", endpoint));
    }

    public void Failed(string endpoint, object message, Exception exception) =>
        FailedAttempts.Add(1, new KeyValuePair<string, object?>("queue", endpoint));
}
