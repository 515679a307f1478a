using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// The services as a process each on RabbitMQ, against all of them in one process: numbers taken a second, and people called and served.
/// Where there is a MongoDB, also two and four processes of tickets, each with a gateway of its own, against one.
/// </summary>
internal static class SplitBenchmark
{
    private const int Counters = 16;
    private static readonly IReadOnlyList<string> Others = ["users", "queues", "analytics", "notifications"];

    public static async Task RunAsync(Run run)
    {
        var one = await OneProcessAsync(run);
        await using var broker = new RabbitMqNode();
        await broker.InitializeAsync();
        var six = await ProcessesAsync(run, await broker.VirtualHostAsync(), mongoDb: null, 1);
        Add(run, "six", "six processes on RabbitMQ", six, one, "one process", 0.7);

        if (Environment.GetEnvironmentVariable("SMARTQUEUE_TEST_MONGODB") is not { Length: > 0 })
        {
            run.Note("split: two and four processes of tickets need a MongoDB that they share: set SMARTQUEUE_TEST_MONGODB.");
            return;
        }

        var single = await SharedAsync(1);
        foreach (var count in (int[])[2, 4])
            Add(
                run,
                $"tickets-{count}",
                $"{count} processes of tickets and of gateways",
                await SharedAsync(count),
                single,
                "one of each",
                null
            );

        async Task<Rates> SharedAsync(int count)
        {
            await using var databases = await TestMongo.OwnAsync();
            return await ProcessesAsync(run, await broker.VirtualHostAsync(), databases.Uri, count);
        }
    }

    private static void Add(Run run, string id, string what, Rates ours, Rates against, string againstWhat, double? aim)
    {
        AddRate("takes", "numbers taken", r => r.Takes);
        AddRate("calls", "called and served", r => r.Calls);

        void AddRate(string kind, string of, Func<Rates, double> rate) =>
            run.Add(
                new()
                {
                    Id = $"split.{id}-{kind}",
                    What = $"{what}: {of} a second",
                    Ours = new(rate(ours), "/s"),
                    Against = new(rate(against), "/s"),
                    AgainstWhat = againstWhat,
                    Better = Better.Higher,
                    Aim = aim,
                }
            );
    }

    private static async Task<Rates> OneProcessAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        return await MeasureAsync(run, office.Admin, [office.System.Address]);
    }

    // Each gateway asks a process of tickets of its own.
    private static async Task<Rates> ProcessesAsync(Run run, Uri broker, string? mongoDb, int count)
    {
        using var folder = new TemporaryFolder();
        var (others, tickets, gateways) = (Ports.Free(Others.Count), Ports.Free(count), Ports.Free(count));
        var settings = new Dictionary<string, string>(Office.Unlimited)
        {
            ["RABBITMQ_URI"] = broker.ToString(),
            ["USER_SERVICE_PORT"] = $"{others[0]}",
            ["QUEUE_SERVICE_PORT"] = $"{others[1]}",
            ["ANALYTICS_SERVICE_PORT"] = $"{others[2]}",
            ["NOTIFICATION_SERVICE_PORT"] = $"{others[3]}",
            ["TICKET_SERVICE_PORT"] = $"{tickets[0]}",
            ["API_GATEWAY_PORT"] = $"{gateways[0]}",
        };
        if (mongoDb is not null)
            settings["MONGODB_URI"] = mongoDb;
        var processes = new List<SystemProcess>();
        try
        {
            // A store's schema is made by one of those that share it.
            processes.AddRange(await Task.WhenAll(Others.Select((name, i) => StartAsync(name, others[i]))));
            foreach (var port in tickets)
                processes.Add(await StartAsync("tickets", port));
            var edges = await Task.WhenAll(
                gateways.Select(
                    (port, i) => StartAsync("gateway", port, new() { ["TICKET_SERVICE_URL"] = $"http://127.0.0.1:{tickets[i]}" })
                )
            );
            processes.AddRange(edges);
            using var admin = new SystemClient(edges[0].Address);
            await admin.SignInAsync();
            return await MeasureAsync(run, admin, [.. edges.Select(e => e.Address)]);
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }

        Task<SystemProcess> StartAsync(string name, int port, Dictionary<string, string>? more = null) =>
            SystemProcess.StartAsync(
                Path.Combine(folder.Path, $"{name}-{port}"),
                port,
                settings.Concat(more ?? []).GroupBy(s => s.Key).ToDictionary(s => s.Key, s => s.Last().Value),
                "--services",
                name
            );
    }

    private static async Task<Rates> MeasureAsync(Run run, SystemClient admin, IReadOnlyList<Uri> edges)
    {
        var (warmUp, measured, warmUpCalls, measuredCalls) = run.Of((10_000, 10_000, 1_000, 3_000), (2_000, 2_000, 200, 500));
        var queues = new List<string>();
        for (var i = 0; i * Office.MostInLine / 2 < warmUp + measured; i++)
            queues.Add(
                await admin.DefineQueueAsync(
                    new
                    {
                        name = "Passports",
                        maxActiveTickets = Office.MostInLine,
                        numberReset = "never",
                    }
                )
            );
        // A queue is known to the processes of tickets a little later than to the admin.
        foreach (var queue in queues)
            await Eventually.TrueAsync(async () =>
            {
                using var answer = await admin.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId = queue });
                return answer.IsSuccessStatusCode;
            });

        var takes = queues.ConvertAll(Takes.Request);
        await TakeAsync(warmUp);
        var taken = await TakeAsync(measured);
        await CallAsync(warmUpCalls);
        var called = await CallAsync(measuredCalls);
        return new(taken, called);

        async Task<double> TakeAsync(int count)
        {
            var loads = await Task.WhenAll(edges.Select(e => Load.ConnectAsync(e, 32 / edges.Count)));
            var paces = await Task.WhenAll(loads.Select(l => l.SendAsync(count / edges.Count, i => takes[i % takes.Count])));
            foreach (var load in loads)
                load.Dispose();
            return paces.Sum(p => p.Count) / paces.Max(p => p.Elapsed).TotalSeconds;
        }

        // Each counter calls the next and serves them, again and again.
        async Task<double> CallAsync(int count)
        {
            var (next, watch) = (0, System.Diagnostics.Stopwatch.StartNew());
            await Task.WhenAll(
                Enumerable
                    .Range(0, Counters)
                    .Select(async counter =>
                    {
                        using var wire = await Wire.ConnectAsync(edges[counter % edges.Count]);
                        var call = Wire.Request(
                            HttpMethod.Post,
                            $"/api/queues/{queues[counter % queues.Count]}/call-next",
                            $$"""{"counter":"{{counter + 1}}"}""",
                            admin.AccessToken
                        );
                        while (Interlocked.Increment(ref next) <= count)
                        {
                            var called = JsonSerializer.Deserialize<JsonElement>((await wire.SendAsync(call)).Span);
                            await wire.SendAsync(
                                Wire.Request(
                                    HttpMethod.Put,
                                    "/api/tickets/" + called.GetProperty("id").GetString(),
                                    """{"status":"served"}""",
                                    admin.AccessToken
                                )
                            );
                        }
                    })
            );
            return count / watch.Elapsed.TotalSeconds;
        }
    }

    /// <param name="Takes">Numbers taken a second.</param>
    /// <param name="Calls">People called and served a second.</param>
    private sealed record Rates(double Takes, double Calls);
}
