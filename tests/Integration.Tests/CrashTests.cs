using System.Collections.Concurrent;
using System.Globalization;
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
            var queueId = await staff.DefineQueueAsync(
                new
                {
                    name = "Crash",
                    prefix = "C",
                    maxActiveTickets = 10_000,
                }
            );
            var acknowledged = new ConcurrentDictionary<string, string>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var load = Enumerable
                .Range(0, Takers)
                .Select(_ => Load.TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token))
                .Append(Load.ServeUntilAsync(staff, queueId, stop.Token))
                .ToList();
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
            var byId = tickets.ToDictionary(Load.IdOf);
            Assert.All(acknowledged, a => Assert.Equal(a.Value, byId[a.Key].GetProperty("ticketNumber").GetString()));
            var numbers = tickets
                .Select(t => int.Parse(t.GetProperty("ticketNumber").GetString()!.AsSpan(2), CultureInfo.InvariantCulture))
                .Order()
                .ToList();
            Assert.Equal(Enumerable.Range(1, tickets.Count), numbers);

            int Count(string status) => tickets.Count(t => t.GetProperty("status").GetString() == status);
            var truth = (tickets.Count, Count("served"), Count("waiting"));
            Assert.True(truth.Item2 > 0, "nobody was served");
            await Eventually.GetAsync(
                () => staff.GetAsync($"/api/analytics/queue/{queueId}"),
                a =>
                    a.GetProperty("counts") is var c
                    && (c.GetProperty("created").GetInt32(), c.GetProperty("served").GetInt32(), c.GetProperty("waiting").GetInt32())
                        == truth,
                TimeSpan.FromSeconds(60)
            );
            await Eventually.GetAsync(
                () => staff.GetAsync($"/api/queues/{queueId}"),
                q =>
                    q.GetProperty("statistics") is var s
                    && (s.GetProperty("servedToday").GetInt32(), s.GetProperty("waiting").GetInt32()) == (truth.Item2, truth.Item3),
                TimeSpan.FromSeconds(60)
            );
        }
        finally
        {
            await system.DisposeAsync();
        }
    }
}
