using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SmartQueue.Hosting.Telemetry;

/// <summary>The product's own traces and metrics.</summary>
public static class SmartQueueTelemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "SmartQueue";

    /// <summary>Where SmartQueue's own spans come from; those of libraries have sources of their own.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Every counter and gauge of SmartQueue's own is made on it.</summary>
    public static readonly Meter Meter = new(Name);
}
