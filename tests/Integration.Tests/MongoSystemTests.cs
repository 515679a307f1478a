using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>
/// As a large house runs it: a process a service and two of users, of tickets and of the gateway, on one broker and one MongoDB. What is
/// asked at either gateway is answered by other processes, and is the same.
/// </summary>
[Collection(OnABroker.Name)]
public sealed class MongoSystemTests(RabbitMqNode broker, MongoSystem shared) : IClassFixture<RabbitMqNode>, IClassFixture<MongoSystem>
{
    private const int Places = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Killed = ["tickets", "tickets2", "gateway2", "tickets", "queues"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_whole_scenario_is_done_at_either_gateway()
    {
        var system = await shared.StartAsync(broker);

        var figuresFollow = await Scenario.BookForFiguresAsync(system.AddressOf("gateway2"));
        await Scenario.RunAsync(system.Edge);
        await Scenario.RunAsync(system.AddressOf("gateway2"));
        await Scenario.BookAsync(system.AddressOf("gateway2"));
        await figuresFollow();
    }

    [Fact]
    public async Task Of_many_at_both_gateways_each_gets_a_place_or_a_refusal_and_is_called_once_by_one_counter()
    {
        var system = await shared.StartAsync(broker);
        SystemClient[] clients = [new(system.Edge), new(system.AddressOf("gateway2"))];
        try
        {
            foreach (var client in clients)
                await client.SignInAsync();
            var queueId = await clients[0]
                .DefineQueueAsync(
                    new
                    {
                        name = "Rush",
                        prefix = "R",
                        maxActiveTickets = Places,
                    }
                );
            var first = (await clients[0].TakeAsync(queueId)).GetProperty("ticketNumber").GetString()!;

            // More than there is room for, at both ticket services at once.
            var answers = await Task.WhenAll(Enumerable.Range(0, Places + 20).Select(i => TakeAsync(clients[i % 2], queueId)));
            var numbers = answers.OfType<string>().Append(first).Select(n => int.Parse(n.Split('-')[1], CultureInfo.InvariantCulture));
            Assert.Equal(Enumerable.Range(1, Places), numbers.Order());

            // Each counter is called at from both, too.
            var called = new ConcurrentBag<string>();
            await Task.WhenAll(
                from counter in Enumerable.Range(1, 4)
                from client in clients
                select ServeAllAsync(client, queueId, $"race {counter}", called)
            );
            Assert.Equal(Places, called.Distinct().Count());
            Assert.Equal(Places, called.Count);
            var tickets = await clients[1].AllTicketsAsync(queueId);
            Assert.All(tickets, t => Assert.Equal("served", t.GetProperty("status").GetString()));
            Assert.Equal(
                ["race 1", "race 2", "race 3", "race 4"],
                (await clients[1].AllAsync("/api/counters?branchId=main"))
                    .Select(c => c.GetProperty("name").GetString()!)
                    .Where(n => n.StartsWith("race", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
            );
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    [Fact]
    public async Task Killed_one_after_another_under_load_no_ticket_is_lost_and_no_number_given_twice()
    {
        var system = await shared.StartAsync(broker);
        using var staff = new SystemClient(system.Edge);
        await staff.SignInAsync();
        var queueId = await staff.DefineQueueAsync(new { name = "Crash", maxActiveTickets = 10_000 });
        var acknowledged = new ConcurrentDictionary<string, string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = new[] { system.Edge, system.AddressOf("gateway2") }
            .SelectMany(edge => Enumerable.Range(0, 3).Select(_ => Load.TakeUntilAsync(edge, queueId, acknowledged, stop.Token, Pause)))
            .Append(Load.ServeUntilAsync(staff, queueId, stop.Token, Pause))
            .ToList();
        foreach (var service in Killed)
        {
            await MoreAsync();
            await system.KillAsync(service);
            await MoreAsync();
            await system.StartAsync(service);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        await Load.AllIsThereAsync(staff, queueId, acknowledged, gaps: true);

        Task MoreAsync() => Load.MoreAsync(10, acknowledged, load);
    }

    [Fact]
    public async Task The_sample_day_ends_with_the_counts_of_its_file()
    {
        var system = await shared.StartAsync(broker);

        await ReplayTests.PlayAsync(system.AddressOf("gateway2"), "--speed", "600", Path.Combine(SystemProcess.Root, "samples/day.csv"));
    }

    [Fact]
    public async Task Who_signs_in_at_one_gateway_is_known_at_the_other_until_they_sign_out_at_it()
    {
        await using var databases = await TestMongo.OwnAsync();
        await using var system = await SplitSystem.StartTwiceAsync(await broker.VirtualHostAsync(), databases.Uri);
        foreach (var (here, there) in ((string, string)[])[("gateway", "gateway2"), ("gateway2", "gateway")])
        {
            using var one = new SystemClient(system.AddressOf(here));
            using var other = new SystemClient(system.AddressOf(there));
            var session = await one.ExpectAsync(
                HttpStatusCode.OK,
                HttpMethod.Post,
                "/api/auth/login",
                new { email = SystemClient.AdminEmail, password = SystemClient.AdminPassword }
            );
            await other.SignInAtAsync(system.AddressOf(here));
            Assert.Equal(SystemClient.AdminEmail, (await other.GetAsync("/api/users/me")).GetProperty("email").GetString());

            var refreshed = await other.ExpectAsync(
                HttpStatusCode.OK,
                HttpMethod.Post,
                "/api/auth/refresh",
                new { refreshToken = session.GetProperty("refreshToken").GetString() }
            );
            await one.SignInAtAsync(system.AddressOf(there));
            var last = refreshed.GetProperty("refreshToken").GetString();
            await other.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/auth/logout", new { refreshToken = last });
            await one.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/api/auth/refresh", new { refreshToken = last });
        }
    }

    private static async Task<string?> TakeAsync(SystemClient client, string queueId)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId });
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
        if (answer.StatusCode == HttpStatusCode.Created)
            return body.GetProperty("ticketNumber").GetString();
        Assert.Equal((HttpStatusCode.Conflict, "QUEUE_FULL"), (answer.StatusCode, body.GetProperty("code").GetString()));
        return null;
    }

    private static async Task ServeAllAsync(SystemClient client, string queueId, string counter, ConcurrentBag<string> called)
    {
        while (true)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, $"/api/queues/{queueId}/call-next", new { counter });
            if (answer.StatusCode == HttpStatusCode.NoContent)
                return;
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                called.Add(Load.IdOf(body));
                await client.MoveAsync(Load.IdOf(body), "served");
            }
            else
            {
                Assert.Equal((HttpStatusCode.Conflict, "COUNTER_BUSY"), (answer.StatusCode, body.GetProperty("code").GetString()));
                await Task.Delay(Pause, Token);
            }
        }
    }
}
