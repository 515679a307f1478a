using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class SplitTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    [Fact]
    public async Task Six_processes_and_a_broker_do_the_whole_scenario_and_go_on_while_one_is_away()
    {
        var uri = await broker.VirtualHostAsync();
        await using var system = await SplitSystem.StartAsync(uri);
        await Scenario.RunAsync(system.Edge);

        using var client = new SystemClient(system.Edge);
        await client.SignInAsync();
        var queueId = await client.DefineQueueAsync();
        await client.TakeAsync(queueId);
        // A path means the same on the service's own port.
        using var direct = new SystemClient(system.AddressOf("queues"));
        await direct.SignInAtAsync(system.AddressOf("users"));
        await direct.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/queues/{queueId}/tickets", new { });

        Assert.All(await ServicesAsync(), s => Assert.Equal("up", s.GetProperty("status").GetString()));

        await system.KillAsync("queues");
        Assert.Equal(
            ["queues"],
            (await ServicesAsync())
                .Where(s => s.GetProperty("status").GetString() == "away")
                .Select(s => s.GetProperty("service").GetString())
        );
        await client.TakeAsync(queueId);
        await client.CallNextAsync(queueId);
        using (var away = await client.SendAsync(HttpMethod.Get, $"/api/queues/{queueId}"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
            Assert.NotNull(away.Headers.RetryAfter);
            Assert.Equal("application/problem+json", away.Content.Headers.ContentType?.MediaType);
        }

        foreach (var service in (string[])["users", "analytics", "notifications"])
            await system.KillAsync(service);
        await client.TakeAsync(queueId);
        await client.CallNextAsync(queueId, "2");

        foreach (var service in (string[])["queues", "users", "analytics", "notifications"])
            await system.StartAsync(service);

        await Eventually.GetAsync(
            () => client.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("statistics") is var s && (s.GetProperty("waiting").GetInt32(), s.GetProperty("called").GetInt32()) == (2, 2),
            TimeSpan.FromSeconds(60)
        );
        await Eventually.GetAsync(
            () => client.GetAsync($"/api/analytics/queue/{queueId}"),
            a =>
                (a.GetProperty("counts").GetProperty("created").GetInt32(), a.GetProperty("counts").GetProperty("called").GetInt32())
                == (4, 2),
            TimeSpan.FromSeconds(60)
        );

        await system.KillAsync("tickets");
        await client.GetAsync($"/api/queues/{queueId}");
        await client.GetAsync("/api/users/me");
        await client.ExpectAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Post, "/api/tickets", new { queueId });
        Assert.DoesNotContain(await broker.DepthsAsync(uri), q => q.Key.EndsWith("_error", StringComparison.Ordinal) && q.Value > 0);

        async Task<IReadOnlyList<JsonElement>> ServicesAsync() =>
            [.. (await client.GetAsync("/api/analytics/system")).GetProperty("services").EnumerateArray()];
    }
}
