using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SmartQueue.Testing;
using Spectre.Console;

namespace SmartQueue.Benchmarks;

/// <summary>
/// Requests per second of reading a queue and of taking a number, against a bare Kestrel endpoint with JSON of about the same size,
/// and of the queue list with tickets over GraphQL: the same client and machine.
/// </summary>
internal static class EdgeBenchmark
{
    private const int InFlight = 32;
    private const int Turns = 13;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["RATE_LIMIT_PER_ACCOUNT"] = "0", ["RATE_LIMIT_PER_ADDRESS"] = "0" }
        );
        using var admin = new SystemClient(system.Address);
        await admin.SignInAsync();
        // Several, since one holds 10,000 at most.
        var queues = new List<string>();
        for (var i = 0; i < 12; i++)
            queues.Add(
                await admin.DefineQueueAsync(
                    new
                    {
                        name = "Passports",
                        maxActiveTickets = 10_000,
                        numberReset = "never",
                    }
                )
            );
        var (queueId, taken) = (queues[0], 0);
        var example = await (await admin.SendAsync(HttpMethod.Get, "/api/queues/" + queueId)).Content.ReadAsStringAsync();
        await using var bare = await BareAsync(example);

        var plain = await MeasureAsync(new Uri(bare.Urls.Single()), () => new HttpRequestMessage(HttpMethod.Get, "/queue"));
        var plainPost = await MeasureAsync(new Uri(bare.Urls.Single()), () => Post("/queue", "{\"queueId\":\"x\"}"));
        var read = await MeasureAsync(system.Address, () => new HttpRequestMessage(HttpMethod.Get, "/api/queues/" + queueId));
        var take = await MeasureAsync(system.Address, () =>
            Post("/api/tickets", $"{{\"queueId\":\"{queues[Interlocked.Increment(ref taken) % queues.Count]}\"}}")
        );

        var table = new Table().AddColumns("", "requests/s", "of bare Kestrel", "p50", "p99");
        Row("bare Kestrel, GET", plain, plain);
        Row("GET /api/queues/{id}", read, plain);
        Row("bare Kestrel, POST", plainPost, plainPost);
        Row("POST /api/tickets", take, plainPost);
        AnsiConsole.Write(table);
        await CompareLimitsAsync();
        AnsiConsole.WriteLine(
            $"{InFlight} requests in flight for {Measured.TotalSeconds} s after {WarmUp.TotalSeconds} s to warm up; a ticket counts when it is on disk."
        );

        void Row(string name, Result result, Result against) =>
            table.AddRow(
                name,
                result.PerSecond.ToString("N0", CultureInfo.InvariantCulture),
                (result.PerSecond / against.PerSecond).ToString("0.00", CultureInfo.InvariantCulture),
                Milliseconds(result.P50),
                Milliseconds(result.P99)
            );
    }

    // Both in turns, since a machine is not equally fast at all times.
    private static async Task CompareLimitsAsync()
    {
        await using var off = await Limited.StartAsync("0");
        await using var on = await Limited.StartAsync("1000000");
        var ratios = new List<double>();
        for (var i = 0; i < Turns; i++)
        {
            // Each is first every other time.
            var (first, second) = i % 2 == 0 ? (off, on) : (on, off);
            var (one, other) = (await first.ReadAsync(), await second.ReadAsync());
            // The first turn warms up.
            if (i > 0)
                ratios.Add(i % 2 == 0 ? other / one : one / other);
        }

        ratios.Sort();
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"GET /api/queues/{{id}} with limits that nobody reaches, against none: {ratios[ratios.Count / 2]:0.000} of the processor a request (from {ratios[0]:0.000} to {ratios[^1]:0.000} in {ratios.Count} turns)"
            )
        );
    }

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    private static HttpRequestMessage Post(string path, string body) =>
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };

    private static async Task<WebApplication> BareAsync(string json)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        using var document = System.Text.Json.JsonDocument.Parse(json);
        var answer = document.RootElement.Clone();
        app.MapGet("/queue", () => Results.Json(answer));
        app.MapPost("/queue", (Dictionary<string, string> body) => Results.Json(answer, statusCode: body.Count > 0 ? 201 : 400));
        await app.StartAsync();
        return app;
    }

    private static async Task<Result> MeasureAsync(Uri address, Func<HttpRequestMessage> make)
    {
        using var http = new HttpClient { BaseAddress = address };
        await RunAsync(http, make, WarmUp);
        return await RunAsync(http, make, Measured);
    }

    private static async Task<Result> RunAsync(HttpClient http, Func<HttpRequestMessage> make, TimeSpan time)
    {
        var latencies = new List<double>[InFlight];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, InFlight)
                .Select(async i =>
                {
                    latencies[i] = [];
                    while (watch.Elapsed < time)
                    {
                        var start = Stopwatch.GetTimestamp();
                        using var request = make();
                        using var answer = await http.SendAsync(request);
                        answer.EnsureSuccessStatusCode();
                        latencies[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    }
                })
        );
        var all = latencies.SelectMany(l => l).Order().ToList();
        return new(all.Count, all.Count / watch.Elapsed.TotalSeconds, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }

    private sealed record Result(int Count, double PerSecond, double P50, double P99);

    /// <summary>A system with a queue, and with the limits of the edge set.</summary>
    private sealed class Limited(TemporaryFolder folder, SystemProcess system, string queueId) : IAsyncDisposable
    {
        public static async Task<Limited> StartAsync(string limit)
        {
            var folder = new TemporaryFolder();
            var system = await SystemProcess.StartAsync(
                folder.Path,
                Ports.Free(1)[0],
                new Dictionary<string, string>
                {
                    ["RATE_LIMIT_PER_ACCOUNT"] = limit,
                    ["RATE_LIMIT_PER_ADDRESS"] = limit,
                    ["CONNECTIONS_PER_ADDRESS"] = limit,
                    ["HALL_NETWORKS"] = "192.0.2.0/24",
                }
            );
            using var admin = new SystemClient(system.Address);
            await admin.SignInAsync();
            return new Limited(folder, system, await admin.DefineQueueAsync());
        }

        /// <summary>The processor time of reading the queue, in microseconds a request.</summary>
        public async Task<double> ReadAsync()
        {
            using var http = new HttpClient { BaseAddress = system.Address };
            var before = system.ProcessorTime;
            var result = await RunAsync(http, () => new HttpRequestMessage(HttpMethod.Get, "/api/queues/" + queueId), Turn);
            return (system.ProcessorTime - before).TotalMicroseconds / result.Count;
        }

        public async ValueTask DisposeAsync()
        {
            await system.DisposeAsync();
            folder.Dispose();
        }
    }
}
