using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// Requests a second of reading a queue and of taking a number, against a bare Kestrel endpoint with JSON of about the same size; and what
/// the limits of the edge cost of the processor, where nobody reaches them.
/// </summary>
internal static class EdgeBenchmark
{
    private const int Turns = 13;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Run run)
    {
        await CompareKestrelAsync(run);
        await CompareLimitsAsync(run);
    }

    private static async Task CompareKestrelAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        var takes = await Takes.InAsync(office, 12 * Office.MostInLine);
        var queue = "/api/queues/" + await office.DefineQueueAsync();
        await using var bare = await BareAsync(await office.Admin.GetAsync(queue));
        var bareAddress = new Uri(bare.Urls.Single());
        var (get, post) = (Wire.Request(HttpMethod.Get, "/queue"), Wire.Request(HttpMethod.Post, "/queue", """{"queueId":"x"}"""));
        var read = Wire.Request(HttpMethod.Get, queue);
        Add(
            "read",
            "readings of a queue a second",
            await PaceAsync(office.System.Address, _ => read),
            await PaceAsync(bareAddress, _ => get)
        );
        Add("take", "numbers taken a second", await PaceAsync(office.System.Address, takes.Next), await PaceAsync(bareAddress, _ => post));

        void Add(string id, string what, Pace ours, Pace plain) =>
            run.Add(
                new()
                {
                    Id = "edge." + id,
                    What = what,
                    Ours = new(ours.PerSecond, "/s"),
                    Against = new(plain.PerSecond, "/s"),
                    AgainstWhat = "bare Kestrel",
                    Better = Better.Higher,
                }
            );
    }

    // Both in turns, since a machine is not equally fast at all times.
    private static async Task CompareLimitsAsync(Run run)
    {
        await using var off = await Limited.StartAsync("0");
        await using var on = await Limited.StartAsync("1000000");
        var costs = new List<(double Off, double On)>();
        for (var i = 0; i < Turns; i++)
        {
            // Each is first every other time.
            var (first, second) = i % 2 == 0 ? (off, on) : (on, off);
            var (one, other) = (await first.ReadAsync(), await second.ReadAsync());
            // The first turn warms up.
            if (i > 0)
                costs.Add(i % 2 == 0 ? (one, other) : (other, one));
        }

        var middle = costs.OrderBy(c => c.On / c.Off).ElementAt(costs.Count / 2);
        run.Add(
            new()
            {
                Id = "edge.limits",
                What = "processor of reading a queue, with limits that nobody reaches",
                Ours = new(middle.On, "µs"),
                Against = new(middle.Off, "µs"),
                AgainstWhat = "without",
                Better = Better.Lower,
            }
        );
    }

    private static async Task<WebApplication> BareAsync(JsonElement answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/queue", () => Results.Json(answer));
        app.MapPost("/queue", (Dictionary<string, string> body) => Results.Json(answer, statusCode: body.Count > 0 ? 201 : 400));
        await app.StartAsync();
        return app;
    }

    private static async Task<Pace> PaceAsync(Uri address, Func<int, byte[]> request)
    {
        using var load = await Load.ConnectAsync(address);
        await load.SendAsync(WarmUp, request);
        return await load.SendAsync(Measured, request);
    }

    /// <summary>A system with a queue, and with the limits of the edge set.</summary>
    private sealed class Limited(TemporaryFolder folder, SystemProcess system, byte[] read) : IAsyncDisposable
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
            return new Limited(folder, system, Wire.Request(HttpMethod.Get, "/api/queues/" + await admin.DefineQueueAsync()));
        }

        /// <summary>The processor time of reading the queue, in microseconds a request.</summary>
        public async Task<double> ReadAsync()
        {
            using var load = await Load.ConnectAsync(system.Address);
            var before = system.ProcessorTime;
            var pace = await load.SendAsync(Turn, _ => read);
            return (system.ProcessorTime - before).TotalMicroseconds / pace.Count;
        }

        public async ValueTask DisposeAsync()
        {
            await system.DisposeAsync();
            folder.Dispose();
        }
    }
}
