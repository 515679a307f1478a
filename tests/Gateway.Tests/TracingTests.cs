using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

public sealed class TracingTests
{
    [Fact]
    public async Task A_request_is_one_trace_from_the_edge_through_the_outbox_to_every_consumer()
    {
        var spans = new ConcurrentQueue<(ActivityTraceId Trace, string Name)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "SmartQueue",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue((span.TraceId, span.DisplayName)),
        };
        ActivitySource.AddActivityListener(listener);
        await using var system = await WholeSystem.StartAsync();
        using var admin = await system.AdminAsync();
        var queueId = (await WholeSystem.SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Traced", prefix = "T" }))
            .GetProperty("id")
            .GetString();
        var trace = ActivityTraceId.CreateRandom();
        using var client = system.Process.Guest();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tickets") { Content = JsonContent.Create(new { queueId }) };
        request.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();

        var expected = new[]
        {
            "HttpRequestIn",
            "outbox publish",
            "queues-tickets",
            "analytics-tickets",
            "notifications-tickets",
            "gateway",
        };
        await Eventually.GetAsync(
            () => Task.FromResult(string.Join('\n', spans.Where(s => s.Trace == trace).Select(s => s.Name))),
            names => expected.All(e => names.Contains(e, StringComparison.Ordinal))
        );
    }
}
