using System.Collections.Concurrent;
using System.Net;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

[Collection(OnABroker.Name)]
public sealed class BrokerFailureTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task With_the_broker_stopped_and_killed_and_each_consumer_killed_under_load_every_ticket_is_counted_and_told_once()
    {
        var uri = await broker.VirtualHostAsync();
        await using var phones = await PhoneNetwork.StartAsync();
        await using var system = await SplitSystem.StartAsync(
            uri,
            new Dictionary<string, string>
            {
                ["SMS_WEBHOOK_URL"] = phones.Url,
                ["SMS_WEBHOOK_SECRET"] = "a secret of some length",
                ["RATE_LIMIT_PER_ADDRESS"] = "0",
                ["NOTIFICATIONS_PER_ADDRESS"] = "0",
            }
        );
        using var staff = new SystemClient(system.Edge);
        await staff.SignInAsync();
        var queueId = await staff.DefineQueueAsync(
            new
            {
                name = "Storm",
                prefix = "S",
                maxActiveTickets = 10_000,
            }
        );
        var acknowledged = new ConcurrentDictionary<string, string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task[] load =
        [
            Load.TakeUntilAsync(system.Edge, queueId, acknowledged, stop.Token, Pause, "+34600111222"),
            Load.TakeUntilAsync(system.Edge, queueId, acknowledged, stop.Token, Pause, "+34600111222"),
            Load.ServeUntilAsync(staff, queueId, stop.Token, Pause),
        ];

        Task MoreAsync() => Load.MoreAsync(40, acknowledged, load);

        await MoreAsync();
        await broker.StopAsync();
        // Who starts meanwhile waits for the broker, however long that takes, and then has everything brought.
        await system.KillAsync("analytics");
        await system.StartAsync("analytics");
        var outage = Task.Delay(Outage, TestContext.Current.CancellationToken);
        await MoreAsync();
        using (var health = await staff.SendAsync(HttpMethod.Get, "/health/ready"))
        {
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            Assert.Contains(
                "egraded",
                await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        await MoreAsync();
        await outage;
        await broker.StartAsync();
        await MoreAsync();
        await staff.FiguresAsync(queueId, f => f.GetProperty("counts").GetProperty("created").GetInt32() >= 120, TimeSpan.FromSeconds(120));

        await broker.KillAsync();
        await MoreAsync();
        await broker.StartAsync();
        foreach (var service in (string[])["analytics", "notifications", "queues"])
        {
            await MoreAsync();
            await system.KillAsync(service);
            await MoreAsync();
            await system.StartAsync(service);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);

        var tickets = await staff.AllTicketsAsync(queueId);
        Assert.Superset(acknowledged.Keys.ToHashSet(), tickets.Select(Load.IdOf).ToHashSet());
        var called = tickets
            .Where(t => t.GetProperty("status").GetString() is "called" or "serving" or "served")
            .Select(Load.IdOf)
            .Order()
            .ToList();
        Assert.NotEmpty(called);
        var limit = TimeSpan.FromSeconds(120);
        await staff.FiguresAsync(
            queueId,
            a =>
                (a.GetProperty("counts").GetProperty("created").GetInt32(), a.GetProperty("counts").GetProperty("called").GetInt32())
                == (tickets.Count, called.Count),
            limit
        );
        foreach (var channel in (string[])["inapp", "sms"])
        {
            var told = await Eventually.GetAsync(() => CalledNotificationsAsync(staff, channel), told => called.All(told.Contains), limit);
            Assert.Equal(called, told.Order());
        }

        // The network got each message at least once, and repeats under their first key, by which it drops them.
        await Eventually.GetAsync(() => Task.FromResult(phones.Keys.Distinct().Count()), keys => keys == called.Count, limit);
        await Eventually.GetAsync(
            () => Metrics.SumAsync(system.AddressOf("tickets"), "smartqueue_outbox_pending"),
            pending => pending == 0,
            limit
        );
        // The broker's own figures come a few seconds late; what lay in an error queue would stay there.
        await Eventually.GetAsync(
            async () => string.Join(' ', (await broker.DepthsAsync(uri)).Where(q => q.Value > 0)),
            filled => filled.Length == 0,
            limit
        );
    }

    private static async Task<IReadOnlyList<string>> CalledNotificationsAsync(SystemClient staff, string channel) =>
        [
            .. (await staff.AllAsync($"/api/notifications?status=sent&type={channel}"))
                .Where(n => n.GetProperty("template").GetString() == "called")
                .Select(n => n.GetProperty("ticketId").GetString()!),
        ];
}
