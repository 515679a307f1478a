using System.Net;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class SplitTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private static readonly string[] Services = ["users", "queues", "tickets", "analytics", "notifications", "gateway"];

    [Fact]
    public async Task Six_processes_and_a_broker_do_the_whole_scenario_and_go_on_while_one_is_away()
    {
        var uri = await broker.VirtualHostAsync();
        using var folder = new TemporaryFolder();
        var ports = Ports.Free(Services.Length);
        var settings = new Dictionary<string, string>
        {
            ["RABBITMQ_URI"] = uri.ToString(),
            ["USER_SERVICE_PORT"] = $"{ports[0]}",
            ["QUEUE_SERVICE_PORT"] = $"{ports[1]}",
            ["TICKET_SERVICE_PORT"] = $"{ports[2]}",
            ["ANALYTICS_SERVICE_PORT"] = $"{ports[3]}",
            ["NOTIFICATION_SERVICE_PORT"] = $"{ports[4]}",
            ["API_GATEWAY_PORT"] = $"{ports[5]}",
        };
        var processes = new Dictionary<string, SystemProcess>();
        try
        {
            await Task.WhenAll(Services.Select(async (service, i) =>
            {
                var started = await StartAsync(service, ports[i]);
                lock (processes) processes[service] = started;
            }));
            var edge = processes["gateway"].Address;
            await Scenario.RunAsync(edge);

            using var client = new SystemClient(edge);
            await client.SignInAsync();
            var queueId = await client.DefineQueueAsync();
            await client.TakeAsync(queueId);
            // A path means the same on the service's own port.
            using var direct = new SystemClient(processes["queues"].Address);
            await direct.SignInAtAsync(processes["users"].Address);
            await direct.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/queues/{queueId}/tickets", new { });

            await processes["queues"].KillAsync();
            await client.TakeAsync(queueId);
            await client.CallNextAsync(queueId);
            using (var away = await client.SendAsync(HttpMethod.Get, $"/api/queues/{queueId}"))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
                Assert.NotNull(away.Headers.RetryAfter);
                Assert.Equal("application/problem+json", away.Content.Headers.ContentType?.MediaType);
            }

            foreach (var service in (string[])["users", "analytics", "notifications"]) await processes[service].KillAsync();
            await client.TakeAsync(queueId);
            await client.CallNextAsync(queueId, "2");

            foreach (var service in (string[])["queues", "users", "analytics", "notifications"])
            {
                await processes[service].DisposeAsync();
                processes[service] = await StartAsync(service, ports[Array.IndexOf(Services, service)]);
            }

            await Eventually.GetAsync(
                () => client.GetAsync($"/api/queues/{queueId}"), q => q.GetProperty("statistics") is var s && (s.GetProperty("waiting").GetInt32(), s.GetProperty("called").GetInt32()) == (2, 2), TimeSpan.FromSeconds(60));
            await Eventually.GetAsync(
                () => client.GetAsync($"/api/analytics/queue/{queueId}"), a => (a.GetProperty("counts").GetProperty("created").GetInt32(), a.GetProperty("counts").GetProperty("called").GetInt32()) == (4, 2), TimeSpan.FromSeconds(60));

            await processes["tickets"].KillAsync();
            await client.GetAsync($"/api/queues/{queueId}");
            await client.GetAsync("/api/users/me");
            await client.ExpectAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Post, "/api/tickets", new { queueId });
            Assert.DoesNotContain(await broker.DepthsAsync(uri), q => q.Key.EndsWith("_error", StringComparison.Ordinal) && q.Value > 0);
        }
        finally
        {
            foreach (var process in processes.Values) await process.DisposeAsync();
        }

        Task<SystemProcess> StartAsync(string service, int port) =>
            SystemProcess.StartAsync(Path.Combine(folder.Path, service), port, settings, "--services", service);
    }
}
