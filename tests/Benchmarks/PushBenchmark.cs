using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// From the call of a ticket to the screens: 1,000 WebSocket clients on one queue, five calls a second; alone, and beside 9,000 more
/// connections of the same gateway that look at another queue.
/// </summary>
internal static class PushBenchmark
{
    private const int Clients = 1_000;
    private const int Others = 9_000;
    private const int ConnectAtOnce = 32;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private static readonly Figure Limit = new(50, "ms");
    private static readonly Figure LimitBesideOthers = new(100, "ms");

    public static async Task RunAsync(Run run)
    {
        await MeasureAsync(run, 0);
        if (!run.IsShort)
            await MeasureAsync(run, Others);
    }

    private static async Task MeasureAsync(Run run, int others)
    {
        var (warmUp, calls) = (run.Of(25, 10), run.Of(100, 20));
        await using var office = await Office.StartAsync();
        var (system, admin) = (office.System, office.Admin);
        var queueId = await office.DefineQueueAsync();
        for (var i = 0; i < warmUp + calls; i++)
            await admin.TakeAsync(queueId);

        var heard = new ConcurrentDictionary<string, ConcurrentBag<long>>();
        var screens = new ConcurrentBag<HubConnection>();
        var elsewhere = await admin.DefineQueueAsync(new { name = "Elsewhere" });
        await Parallel.ForAsync(0, Clients + others, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce }, async (i, token) =>
        {
            var screen = new HubConnectionBuilder()
                .WithUrl(new Uri(system.Address, "/hubs/queue"), HttpTransportType.WebSockets, o => o.SkipNegotiation = true)
                .Build();
            screen.On<JsonElement>("ticket:called", call =>
                heard.GetOrAdd(call.GetProperty("ticketId").GetString()!, _ => []).Add(Stopwatch.GetTimestamp())
            );
            await screen.StartAsync(token);
            await screen.InvokeAsync("JoinQueue", i < Clients ? queueId : elsewhere, token);
            screens.Add(screen);
        });

        var called = new Dictionary<string, long>();
        var next = Stopwatch.GetTimestamp();
        for (var i = 0; i < warmUp + calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var ticket = await admin.CallNextAsync(queueId, $"{i}");
            if (i >= warmUp)
                called[ticket.GetProperty("id").GetString()!] = start;
            next += (long)(Step.TotalSeconds * Stopwatch.Frequency);
            var rest = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest);
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(called.Keys.All(id => heard.TryGetValue(id, out var times) && times.Count == Clients)),
            TimeSpan.FromSeconds(30)
        );
        var latencies = called
            .SelectMany(c => heard[c.Key].Select(t => Stopwatch.GetElapsedTime(c.Value, t).TotalMilliseconds))
            .Order()
            .ToList();
        Add("p50", "half", latencies[latencies.Count / 2]);
        Add("p99", "99 of 100", latencies[(int)(latencies.Count * 0.99)]);
        await Task.WhenAll(screens.Select(s => s.DisposeAsync().AsTask()));

        void Add(string id, string share, double latency) =>
            run.Add(
                new()
                {
                    Id = $"push.{(others == 0 ? "" : "beside-")}{id}",
                    What = string.Create(
                        CultureInfo.InvariantCulture,
                        $"a call on {Clients:N0} screens, {share} by then{(others == 0 ? "" : $", beside {others:N0} more")}"
                    ),
                    Ours = new(latency, "ms"),
                    Against = others == 0 ? Limit : LimitBesideOthers,
                    AgainstWhat = "limit",
                    Better = Better.Lower,
                    Aim = 1,
                }
            );
    }
}
