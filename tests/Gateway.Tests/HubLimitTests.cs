using System.Net;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>Calls and connections of the hub count like requests.</summary>
public sealed class HubLimitTests
{
    private const string Stranger = "203.0.113.7";

    [Theory]
    [InlineData(Stranger, Stranger)]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:2:ffff::1")]
    public async Task Calls_of_the_hub_and_requests_of_one_network_draw_from_one_bucket(string caller, string neighbour)
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "5" });
        var guest = await host.ConnectAsync(from: caller);
        Assert.InRange(await RefusedOfAsync(guest, 60), 20, 59);
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(host, neighbour));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "2001:db8:1:3::7"));
    }

    [Fact]
    public async Task Calls_of_an_account_count_wherever_it_calls_from()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ACCOUNT"] = "5" });
        var here = await host.ConnectAsync("ada", from: Stranger);
        Assert.InRange(await RefusedOfAsync(here, 60), 20, 59);
        var there = await host
            .Process.SignedIn("ada", Roles.User)
            .GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, there.StatusCode);
        Assert.Equal(0, await RefusedOfAsync(await host.ConnectAsync("bob", from: Stranger), 10));
    }

    [Fact]
    public async Task Who_goes_on_calling_while_refused_is_disconnected()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1" });
        var guest = await host.ConnectAsync(from: Stranger);
        var calls = Enumerable.Range(0, 5 * HubLimits.MaxRefusals).Select(_ => guest.Connection.SendAsync("LeaveQueue", "q1")).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(guest.Connection.State == HubConnectionState.Disconnected));
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_network_has_so_many_connections_and_the_hall_as_many_as_it_has_people()
    {
        await using var host = await GatewayHost.StartAsync(
            new Dictionary<string, string?> { ["CONNECTIONS_PER_ADDRESS"] = "2", ["HALL_NETWORKS"] = "198.51.100.0/24" }
        );
        var first = await host.ConnectAsync(from: Stranger);
        await host.ConnectAsync(from: Stranger);
        await Assert.ThrowsAnyAsync<Exception>(() => host.ConnectAsync(from: Stranger));
        using var negotiation = new HttpRequestMessage(HttpMethod.Post, "/hubs/queue/negotiate?negotiateVersion=1")
        {
            Headers = { { "X-Forwarded-For", Stranger } },
        };
        using var refused = await host.Process.Guest().SendAsync(negotiation, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        for (var i = 0; i < 5; i++)
            await host.ConnectAsync(from: "198.51.100.1");
        await host.ConnectAsync("ada", from: Stranger);
        await first.DisposeAsync();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await host.ConnectAsync(from: Stranger);
                return true;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Of_a_long_line_whoever_joins_and_stays_is_told_the_first_hundred()
    {
        await using var host = await GatewayHost.StartAsync();
        var line = Enumerable.Range(0, 2_000).Select(i => Guid.NewGuid().ToString()).ToArray();
        host.Behind.Queues["q1"] = new
        {
            id = "q1",
            currentTicketNumber = "A-1",
            activeTickets = line,
            statistics = GatewayHost.Statistics,
        };
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        var joined = await guest.HearsAsync("queue:updated");
        Assert.Equal(line.Take(100), joined.GetProperty("activeTickets").EnumerateArray().Select(t => t.GetString()));
        await host.PublishAsync(GatewayHost.Status("A-2", GatewayHost.Noon) with { ActiveTickets = line });
        var moved = await guest.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-2");
        Assert.Equal(100, moved.GetProperty("activeTickets").GetArrayLength());
    }

    [Fact]
    public async Task Those_who_join_at_once_cost_one_read_and_those_who_come_after_a_change_another()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await GatewayHost.StartAsync(time: time);
        var guest = await host.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await guest.InvokeAsync("JoinQueue", "q1");
            await guest.InvokeAsync("LeaveQueue", "q1");
        }

        Assert.Equal(1, host.Behind.QueueReads);
        await guest.InvokeAsync("JoinQueue", "q1");
        await host.PublishAsync(GatewayHost.Status("A-2", GatewayHost.Noon));
        await guest.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-2");
        await guest.InvokeAsync("JoinQueue", "q1");
        Assert.Equal(2, host.Behind.QueueReads);
        time.Advance(TimeSpan.FromSeconds(2));
        await guest.InvokeAsync("JoinQueue", "q1");
        Assert.Equal(3, host.Behind.QueueReads);
    }

    private static async Task<int> RefusedOfAsync(Listener guest, int calls)
    {
        var refused = 0;
        for (var i = 0; i < calls; i++)
        {
            try
            {
                await guest.InvokeAsync("LeaveQueue", "q1");
            }
            catch (HubException e) when (e.Message.Contains("RATE_LIMITED", StringComparison.Ordinal))
            {
                refused++;
            }
        }

        return refused;
    }

    private static async Task<HttpStatusCode> StatusAsync(GatewayHost host, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-For", from } } };
        using var answer = await host.Process.Guest().SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
