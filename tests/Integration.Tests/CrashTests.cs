using System.Collections.Concurrent;
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
            var queueId = await staff.DefineQueueAsync(
                new
                {
                    name = "Crash",
                    prefix = "C",
                    maxActiveTickets = 10_000,
                }
            );
            var acknowledged = new ConcurrentDictionary<string, string>();
            var called = new ConcurrentQueue<JsonElement>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var load = Enumerable
                .Range(0, Takers)
                .Select(_ => Load.TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token))
                .Append(Load.ServeUntilAsync(staff, queueId, stop.Token, answered: called))
                .ToList();
            for (var kill = 0; kill < Kills; kill++)
            {
                await Load.MoreAsync(AcknowledgedBetweenKills, acknowledged, load);
                await system.KillAsync();
                await system.DisposeAsync();
                system = await SystemProcess.StartAsync(folder.Path, port);
            }

            await stop.CancelAsync();
            await Task.WhenAll(load);

            await Load.AllIsThereAsync(staff, queueId, acknowledged);
            Load.AllCallsAreThere(await staff.AllTicketsAsync(queueId), called);
        }
        finally
        {
            await system.DisposeAsync();
        }
    }
}
