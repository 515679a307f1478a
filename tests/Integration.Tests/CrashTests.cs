using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class CrashTests
{
    private const int Kills = 10;
    private const int Takers = 8;
    private const int AcknowledgedBetweenKills = 40;

    [Fact]
    public async Task Killed_ten_times_under_load_it_loses_no_ticket_gives_no_number_twice_and_analytics_catches_up()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.Free(1)[0];
        var system = await SystemProcess.StartAsync(folder.Path, port);
        try
        {
            using var staff = new SystemClient(system.Address);
            await staff.SignInAsync();
            var queueId = await staff.DefineQueueAsync(new { name = "Crash", prefix = "C", maxActiveTickets = 10_000 });
            var acknowledged = new ConcurrentDictionary<string, string>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var load = Enumerable.Range(0, Takers).Select(_ => TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token))
                .Append(ServeUntilAsync(staff, queueId, stop.Token)).ToList();
            for (var kill = 0; kill < Kills; kill++)
            {
                var enough = acknowledged.Count + AcknowledgedBetweenKills;
                await Eventually.GetAsync(() => Task.FromResult(acknowledged.Count), n => n >= enough, TimeSpan.FromSeconds(60));
                await system.KillAsync();
                await system.DisposeAsync();
                system = await SystemProcess.StartAsync(folder.Path, port);
            }

            await stop.CancelAsync();
            await Task.WhenAll(load);

            var tickets = await staff.AllTicketsAsync(queueId);
            var byId = tickets.ToDictionary(Id);
            Assert.All(acknowledged, a => Assert.Equal(a.Value, byId[a.Key].GetProperty("ticketNumber").GetString()));
            var numbers = tickets.Select(t => int.Parse(t.GetProperty("ticketNumber").GetString()!.AsSpan(2), CultureInfo.InvariantCulture)).Order().ToList();
            Assert.Equal(Enumerable.Range(1, tickets.Count), numbers);

            int Count(string status) => tickets.Count(t => t.GetProperty("status").GetString() == status);
            var truth = (tickets.Count, Count("served"), Count("waiting"));
            Assert.True(truth.Item2 > 0, "nobody was served");
            await Eventually.GetAsync(
                () => staff.GetAsync($"/api/analytics/queue/{queueId}"),
                a => a.GetProperty("counts") is var c && (c.GetProperty("created").GetInt32(), c.GetProperty("served").GetInt32(), c.GetProperty("waiting").GetInt32()) == truth,
                TimeSpan.FromSeconds(60));
            await Eventually.GetAsync(
                () => staff.GetAsync($"/api/queues/{queueId}"),
                q => q.GetProperty("statistics") is var s && (s.GetProperty("servedToday").GetInt32(), s.GetProperty("waiting").GetInt32()) == (truth.Item2, truth.Item3),
                TimeSpan.FromSeconds(60));
        }
        finally
        {
            await system.DisposeAsync();
        }
    }

    // Every attempt has a key and is repeated with it until it is answered, as a phone with a bad connection does.
    private static async Task TakeUntilAsync(Uri address, string queueId, ConcurrentDictionary<string, string> acknowledged, CancellationToken stop)
    {
        using var client = new SystemClient(address);
        while (!stop.IsCancellationRequested)
        {
            var key = Guid.CreateVersion7().ToString();
            while (true)
            {
                try
                {
                    using var answer = await client.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId }, key);
                    if (answer.StatusCode == HttpStatusCode.Created)
                    {
                        var ticket = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None)).RootElement;
                        acknowledged[Id(ticket)] = ticket.GetProperty("ticketNumber").GetString()!;
                        break;
                    }

                    Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    // Killed in the middle: whether the number was given is not known, so the same key asks again.
                    await Task.Yield();
                }
            }
        }
    }

    private static async Task ServeUntilAsync(SystemClient staff, string queueId, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var called = await staff.SendAsync(HttpMethod.Post, $"/api/queues/{queueId}/call-next", new { counter = "1", complete = true });
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Killed in the middle: the counter calls again, which completes what it may already hold.
                await Task.Yield();
            }
        }
    }

    private static string Id(JsonElement ticket) => ticket.GetProperty("id").GetString()!;
}
