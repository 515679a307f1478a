using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

[Collection(OnABroker.Name)]
public sealed class SplitTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    [Fact]
    public async Task Six_processes_and_a_broker_do_the_whole_scenario_and_go_on_while_one_is_away()
    {
        var uri = await broker.VirtualHostAsync();
        await using var system = await SplitSystem.StartAsync(uri, Scenario.Settings);
        var figuresFollow = await Scenario.BookForFiguresAsync(system.Edge);
        await Scenario.RunAsync(system.Edge);
        await Scenario.BookAsync(system.Edge);

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
        await client.FiguresAsync(
            queueId,
            a =>
                (a.GetProperty("counts").GetProperty("created").GetInt32(), a.GetProperty("counts").GetProperty("called").GetInt32())
                == (4, 2),
            TimeSpan.FromSeconds(60)
        );

        // Of who did not come while analytics was away, too.
        await figuresFollow();

        await system.KillAsync("tickets");
        await client.GetAsync($"/api/queues/{queueId}");
        await client.GetAsync("/api/users/me");
        await client.ExpectAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Post, "/api/tickets", new { queueId });
        Assert.DoesNotContain(await broker.DepthsAsync(uri), q => q.Key.EndsWith("_error", StringComparison.Ordinal) && q.Value > 0);

        async Task<IReadOnlyList<JsonElement>> ServicesAsync() =>
            [.. (await client.GetAsync("/api/analytics/system")).GetProperty("services").EnumerateArray()];
    }

    [Fact]
    public async Task A_queue_is_joined_the_moment_it_is_made_never_deleted_under_a_holder_and_told_again_to_who_forgot_it()
    {
        await using var system = await SplitSystem.StartAsync(await broker.VirtualHostAsync());
        using var client = new SystemClient(system.Edge);
        await client.SignInAsync();
        for (var n = 0; n < 12; n++)
        {
            // Nothing is waited for in between: the definition, and then the ticket, are on their way.
            var made = await client.DefineQueueAsync();
            var taken = await client.TakeAsync(made);
            await RefusedAsync(made);
            Assert.Equal(
                "waiting",
                (await client.GetAsync($"/api/tickets/{taken.GetProperty("id").GetString()}")).GetProperty("status").GetString()
            );
            await client.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"/api/tickets/{taken.GetProperty("id").GetString()}");
            await client.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/queues/{made}");
        }

        var queueId = await client.DefineQueueAsync();
        // No port but that of the ticket service itself closes lines.
        using (var closing = await client.SendAsync(HttpMethod.Delete, $"/api/queues/{queueId}/line?version=1"))
            Assert.True(closing.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{closing.StatusCode}");
        await client.TakeAsync(queueId);

        await system.KillAsync("tickets");
        using (var away = await client.SendAsync(HttpMethod.Delete, $"/api/queues/{queueId}"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
            Assert.NotNull(away.Headers.RetryAfter);
        }

        await client.GetAsync($"/api/queues/{queueId}");
        Directory.Delete(system.FolderOf("tickets"), recursive: true);
        await system.StartAsync("tickets");
        var again = await Eventually.GetAsync(
            async () =>
            {
                using var answer = await client.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId });
                return answer.StatusCode;
            },
            status => status == HttpStatusCode.Created,
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal(HttpStatusCode.Created, again);

        async Task RefusedAsync(string id)
        {
            var refusal = await client.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Delete, $"/api/queues/{id}");
            Assert.Equal("QUEUE_NOT_EMPTY", refusal.GetProperty("code").GetString());
        }
    }
}
