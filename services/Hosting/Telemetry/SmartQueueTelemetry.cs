using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SmartQueue.Hosting.Telemetry;

/// <summary>The product's own traces and metrics.</summary>
public static class SmartQueueTelemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "SmartQueue";

    /// <summary>Spans.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Counters and gauges.</summary>
    public static readonly Meter Meter = new(Name);
}
