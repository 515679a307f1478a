using System.Diagnostics.Metrics;
using SmartQueue.Estimates;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Tickets.Forecasts;

/// <summary>What operators ask about estimates, besides the report that analytics gives by queue.</summary>
internal static class ForecastMetrics
{
    private static readonly Counter<long> Promises = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.estimates.promises",
        description: "Promised waits that are over, by when they were promised and whether the range held."
    );

    private static readonly Histogram<double> Learning = SmartQueueTelemetry.Meter.CreateHistogram<double>(
        "smartqueue.estimates.learning",
        "s",
        "How long a line took to learn.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] }
    );

    /// <summary>Counts what came of promises.</summary>
    public static void Kept(IEnumerable<KeptPromise> promises)
    {
        foreach (var (stage, promise, wait) in promises)
        {
            var held = wait.TotalSeconds >= promise.Low && wait.TotalSeconds <= promise.High;
            Promises.Add(
                1,
                new("stage", stage == PromiseStage.Joining ? "joining" : "waiting"),
                new KeyValuePair<string, object?>("held", held ? "true" : "false")
            );
        }
    }

    /// <summary>Records how long a line took to learn.</summary>
    public static void Learned(TimeSpan time) => Learning.Record(time.TotalSeconds);
}
