using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Testing;
using Spectre.Console;

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
    private const int WarmUpCalls = 25;
    private const int Calls = 100;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync()
    {
        var table = new Table().AddColumns("connections", "on the queue", "calls/s", "deliveries", "p50", "p99", "max");
        foreach (var others in (int[])[0, Others])
            await MeasureAsync(others, table);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("From sending the call to its arrival at each client, all on this machine.");
    }

    private static async Task MeasureAsync(int others, Table table)
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["RATE_LIMIT_PER_ACCOUNT"] = "0", ["RATE_LIMIT_PER_ADDRESS"] = "0" }
        );
        using var admin = new SystemClient(system.Address);
        await admin.SignInAsync();
        var queueId = await admin.DefineQueueAsync(
            new
            {
                name = "Passports",
                maxActiveTickets = 10_000,
                numberReset = "never",
            }
        );
        for (var i = 0; i < WarmUpCalls + Calls; i++)
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
        for (var i = 0; i < WarmUpCalls + Calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var ticket = await admin.CallNextAsync(queueId, $"{i}");
            if (i >= WarmUpCalls)
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
        table.AddRow(
            Count(Clients + others),
            Count(Clients),
            "5",
            Count(latencies.Count),
            Milliseconds(latencies[latencies.Count / 2]),
            Milliseconds(latencies[(int)(latencies.Count * 0.99)]),
            Milliseconds(latencies[^1])
        );
        await Task.WhenAll(screens.Select(s => s.DisposeAsync().AsTask()));
    }

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => value.ToString("0", CultureInfo.InvariantCulture) + " ms";
}
