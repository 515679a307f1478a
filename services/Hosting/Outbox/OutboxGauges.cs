using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Outbox;

/// <summary>Measures every outbox of the process now and then, for the gauges and for anyone who asks.</summary>
public sealed class OutboxGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<IOutbox> outboxes;
    private readonly TimeProvider time;
    private readonly ILogger<OutboxGauges> log;
    private volatile IReadOnlyDictionary<string, OutboxDepth> last = new Dictionary<string, OutboxDepth>();

    /// <summary>Gauges of these outboxes.</summary>
    public OutboxGauges(IEnumerable<IOutbox> outboxes, TimeProvider time, ILogger<OutboxGauges> log)
    {
        this.outboxes = [.. outboxes];
        this.time = time;
        this.log = log;
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.outbox.pending",
            () => Observe(d => d.Pending),
            description: "Events that wait to be published."
        );
        SmartQueueTelemetry.Meter.CreateObservableGauge(
            "smartqueue.outbox.oldest.age",
            () => Observe(d => d.Oldest is { } oldest ? (long)(time.GetUtcNow() - oldest).TotalSeconds : 0),
            unit: "s",
            description: "Age of the oldest event that waits to be published."
        );
    }

    /// <summary>The last measurement, by service.</summary>
    public IReadOnlyDictionary<string, OutboxDepth> Last => last;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var depths = new Dictionary<string, OutboxDepth>();
            foreach (var outbox in outboxes)
            {
                try
                {
                    depths[outbox.Name] = await outbox.MeasureAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    HostingLog.RelayFailed(log, e, outbox.Name, Interval);
                }
            }

            last = depths;
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<long>> Observe(Func<OutboxDepth, long> value) =>
        last.Select(d => new Measurement<long>(value(d.Value), new KeyValuePair<string, object?>("service", d.Key)));
}
