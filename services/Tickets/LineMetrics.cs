using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Tickets;

/// <summary>What operators ask about looking after the lines.</summary>
internal static class LineMetrics
{
    /// <summary>Lines that could not be looked after, each time.</summary>
    public static readonly Counter<long> Failed = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.tickets.sweeps_failed",
        description: "Times a line could not be looked after."
    );
}
