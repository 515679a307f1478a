using System.Diagnostics.Metrics;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Gateway;

/// <summary>What operators ask about at the edge.</summary>
internal static class GatewayMetrics
{
    public static readonly UpDownCounter<long> Connections = SmartQueueTelemetry.Meter.CreateUpDownCounter<long>(
        "smartqueue.gateway.connections",
        description: "Open push connections."
    );
    public static readonly Counter<long> Pushes = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.gateway.pushes",
        description: "Messages pushed to a group."
    );
    public static readonly Counter<long> Dropped = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.gateway.dropped",
        description: "Streams ended since their client did not read."
    );
    public static readonly Counter<long> RateLimited = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.gateway.rate_limited",
        description: "Requests, hub calls and connections refused for being too many, by kind."
    );
    public static readonly Counter<long> DocumentsRefused = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.gateway.graphql_refused",
        description: "GraphQL documents refused for asking for too much, by limit."
    );
}
