using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Tickets;

/// <summary>What operators ask when a queue seems to be flooded.</summary>
internal static class JoinMetrics
{
    private static readonly Counter<long> RefusedJoins = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.joins.refused",
        description: "Numbers that guests were refused, by the limit of their network that was reached."
    );

    /// <summary>Counts a number that a guest was refused, by the limit that was reached.</summary>
    /// <param name="limit"><c>places</c> or <c>rate</c>.</param>
    public static void Refused(string limit) => RefusedJoins.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
