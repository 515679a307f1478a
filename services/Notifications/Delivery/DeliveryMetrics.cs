using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Delivery;

/// <summary>Counts what becomes of messages, by channel.</summary>
internal sealed class DeliveryMetrics
{
    private static readonly Counter<long> SentCounter = Count("sent", "Messages handed over to their provider.");
    private static readonly Counter<long> FailedCounter = Count("failed", "Messages given up.");
    private static readonly Counter<long> RetriesCounter = Count("retries", "Attempts that failed and are made again.");
    private static readonly Counter<long> SuppressedCounter = Count("suppressed", "Messages kept and not sent.");
    private static readonly Counter<long> RefusedCounter = Count(
        "refused",
        "Push subscriptions refused because their address is none of the public internet."
    );
    private volatile IReadOnlyList<PendingDepth> depths = [];
    private volatile IReadOnlyList<ChannelDelivery> running = [];

    public DeliveryMetrics(TimeProvider time)
    {
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.notifications.pending",
            () => Observe(d => d.Pending),
            description: "Messages that wait to be delivered."
        );
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.notifications.oldest.age",
            () => Observe(d => (long)(time.GetUtcNow() - d.Oldest).TotalSeconds),
            unit: "s",
            description: "Age of the oldest message that waits to be delivered."
        );
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.notifications.away",
            () => Running.SelectMany(d => (Measurement<long>[])[Away(d, "provider", d.ProvidersAway), Away(d, "party", d.PartiesAway)]),
            description: "Those that keep failing and are left alone now: providers, and parties that people chose (push services, domains of email addresses)."
        );
    }

    /// <summary>Notes how much is pending.</summary>
    public void Measured(IReadOnlyList<PendingDepth> measured) => depths = measured;

    public IReadOnlyList<ChannelDelivery> Running
    {
        get => running;
        set => running = value;
    }

    /// <summary>Counts one handed over.</summary>
    public static void Sent(string channel) => Add(SentCounter, channel);

    /// <summary>Counts one given up.</summary>
    public static void Failed(string channel) => Add(FailedCounter, channel);

    /// <summary>Counts an attempt to be made again.</summary>
    public static void Retry(string channel) => Add(RetriesCounter, channel);

    /// <summary>Counts one kept and not sent.</summary>
    public static void Suppressed(Notification kept) =>
        SuppressedCounter.Add(
            1,
            new KeyValuePair<string, object?>("channel", kept.Type),
            new KeyValuePair<string, object?>("reason", Suppression.LabelOf(kept.LastError))
        );

    /// <summary>Counts a push subscription that was refused for its address.</summary>
    public static void Refused() => Add(RefusedCounter, Channels.Push);

    private static Measurement<long> Away(ChannelDelivery delivery, string who, int count) =>
        new(count, new KeyValuePair<string, object?>("channel", delivery.Channel), new KeyValuePair<string, object?>("who", who));

    private static Counter<long> Count(string name, string description) =>
        SmartQueueTelemetry.Meter.CreateCounter<long>("smartqueue.notifications." + name, description: description);

    private static void Add(Counter<long> counter, string channel) => counter.Add(1, new KeyValuePair<string, object?>("channel", channel));

    // A channel with nothing pending shows as zero, and does not vanish from the graph.
    private IEnumerable<Measurement<long>> Observe(Func<PendingDepth, long> value) =>
        Channels
            .All.Where(c => c != Channels.InApp)
            .Select(c => new Measurement<long>(
                depths.FirstOrDefault(d => d.Channel == c) is { } depth ? value(depth) : 0,
                new KeyValuePair<string, object?>("channel", c)
            ));
}
