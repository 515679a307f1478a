using SmartQueue.Analytics.Operations;

namespace SmartQueue.Analytics.Tests;

public sealed class MetricsSnapshotTests
{
    private const string Text = """
        # TYPE smartqueue_outbox_pending gauge
        smartqueue_outbox_pending{otel_scope_name="SmartQueue",service="tickets"} 3
        smartqueue_outbox_pending{otel_scope_name="SmartQueue",service="queues"} 4 1769000000000
        smartqueue_events_lag_seconds_sum{queue="analytics-tickets"} 0.25
        smartqueue_events_lag_seconds_sum{queue="analytics-queues"} 1.5
        smartqueue_events_lag_seconds_sum{queue="gateway"} 7
        process_runtime_seconds 12
        other{service="tickets"} 99
        """;

    [Theory]
    [InlineData("smartqueue_outbox_pending", "tickets", 3)]
    [InlineData("smartqueue_outbox_pending", "queues", 4)]
    [InlineData("smartqueue_outbox_pending", "users", 0)]
    [InlineData("smartqueue_events_lag_seconds_sum", "analytics", 1.75)]
    [InlineData("smartqueue_events_lag_seconds_sum", "gateway", 7)]
    [InlineData("other", "tickets", 0)]
    public void A_service_is_known_by_its_name_or_by_that_of_its_queues(string metric, string service, double expected) =>
        Assert.Equal(expected, new MetricsSnapshot(Text, Samples.Morning).Sum(metric, service));
}
