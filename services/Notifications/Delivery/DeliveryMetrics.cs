using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Notifications.Delivery;

/// <summary>Counts what becomes of messages, by channel.</summary>
internal sealed class DeliveryMetrics
{
    private static readonly Counter<long> SentCounter = Count("sent", "Messages handed over to their provider.");
    private static readonly Counter<long> FailedCounter = Count("failed", "Messages given up.");
    private static readonly Counter<long> RetriesCounter = Count("retries", "Attempts that failed and are made again.");
    private static readonly Counter<long> SuppressedCounter = Count("suppressed", "Messages kept and not sent.");
    private volatile IReadOnlyList<PendingDepth> depths = [];

    /// <summary>With its gauges.</summary>
    public DeliveryMetrics(TimeProvider time)
    {
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.notifications.pending", () => Observe(d => d.Pending), description: "Messages that wait to be delivered.");
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.notifications.oldest.age",
            () => Observe(d => (long)(time.GetUtcNow() - d.Oldest).TotalSeconds),
            unit: "s",
            description: "Age of the oldest message that waits to be delivered.");
    }

    /// <summary>Notes how much is pending.</summary>
    public void Measured(IReadOnlyList<PendingDepth> measured) => depths = measured;

    /// <summary>Counts one handed over.</summary>
    public static void Sent(string channel) => Add(SentCounter, channel);

    /// <summary>Counts one given up.</summary>
    public static void Failed(string channel) => Add(FailedCounter, channel);

    /// <summary>Counts an attempt to be made again.</summary>
    public static void Retry(string channel) => Add(RetriesCounter, channel);

    /// <summary>Counts one kept and not sent.</summary>
    public static void Suppressed(string channel) => Add(SuppressedCounter, channel);

    private static Counter<long> Count(string name, string description) =>
        SmartQueueTelemetry.Meter.CreateCounter<long>("smartqueue.notifications." + name, description: description);

    private static void Add(Counter<long> counter, string channel) => counter.Add(1, new KeyValuePair<string, object?>("channel", channel));

    // A channel with nothing pending shows as zero, and does not vanish from the graph.
    private IEnumerable<Measurement<long>> Observe(Func<PendingDepth, long> value) => Channels.All.Where(c => c != Channels.InApp).Select(
        c => new Measurement<long>(depths.FirstOrDefault(d => d.Channel == c) is { } depth ? value(depth) : 0, new KeyValuePair<string, object?>("channel", c)));
}
