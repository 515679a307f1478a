using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using SmartQueue.Testing;
using Spectre.Console;

namespace SmartQueue.Benchmarks;

/// <summary>
/// A hundred queues with their tickets and people over GraphQL: how long it takes, and how many calls of services it makes. Then what
/// documents that are refused cost of the processor, against an ordinary one.
/// </summary>
internal static partial class GraphQlBenchmark
{
    private const int Queues = 100;
    private const int People = 3;
    private const int Requests = 100;
    private const string Query = "{ getQueues { name tickets { ticketNumber position user { name } } } }";

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
        var tokens = new List<string>();
        for (var i = 0; i < People; i++)
        {
            var made = await admin.ExpectAsync(
                HttpStatusCode.Created,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = $"Person {i}",
                    email = $"person{i}@example.com",
                    password = SystemClient.AdminPassword,
                }
            );
            tokens.Add(made.GetProperty("accessToken").GetString()!);
        }

        for (var i = 0; i < Queues; i++)
        {
            var queueId = await admin.DefineQueueAsync();
            foreach (var token in tokens)
            {
                using var http = new HttpClient
                {
                    BaseAddress = system.Address,
                    DefaultRequestHeaders = { Authorization = new("Bearer", token) },
                };
                using var taken = await http.PostAsync(
                    new Uri("/api/tickets", UriKind.Relative),
                    new StringContent($"{{\"queueId\":\"{queueId}\"}}", System.Text.Encoding.UTF8, "application/json")
                );
                taken.EnsureSuccessStatusCode();
            }
        }

        for (var i = 0; i < 10; i++)
            await AskAsync(admin);
        var before = await CallsAsync(system.Address);
        var latencies = new List<double>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await AskAsync(admin);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var perSecond = Requests / watch.Elapsed.TotalSeconds;
        var calls = (await CallsAsync(system.Address) - before) / Requests;
        latencies.Sort();
        var table = new Table().AddColumns("queues", "tickets", "calls of services a request", "requests/s, one at a time", "p50", "p99");
        table.AddRow(
            $"{Queues}",
            $"{Queues * People}",
            calls.ToString("0.0", CultureInfo.InvariantCulture),
            perSecond.ToString("0.0", CultureInfo.InvariantCulture),
            Milliseconds(latencies[latencies.Count / 2]),
            Milliseconds(latencies[(int)(latencies.Count * 0.99)])
        );
        AnsiConsole.Write(table);
        await RefuseAsync();
    }

    // On a system with one queue, where the ordinary request is a small one.
    private static async Task RefuseAsync()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string>
            {
                ["RATE_LIMIT_PER_ACCOUNT"] = "0",
                ["RATE_LIMIT_PER_ADDRESS"] = "0",
                ["ENABLE_LOGGING"] = "false",
            }
        );
        using var admin = new SystemClient(system.Address);
        await admin.SignInAsync();
        await admin.DefineQueueAsync();
        using var guest = new HttpClient { BaseAddress = system.Address };
        var ordinary = await CostAsync(system, guest, HostileDocuments.Ordinary);
        var table = new Table().AddColumns("document", "bytes", "processor", "of the first");
        table.AddRow(HostileDocuments.Ordinary, $"{HostileDocuments.Ordinary.Length}", Microseconds(ordinary), "1.0");
        foreach (var (kind, document) in HostileDocuments.All)
        {
            var cost = await CostAsync(system, guest, document);
            table.AddRow(
                kind,
                document.Length.ToString("N0", CultureInfo.InvariantCulture),
                Microseconds(cost),
                (cost / ordinary).ToString("0.0", CultureInfo.InvariantCulture)
            );
        }

        AnsiConsole.Write(table);
    }

    // Of the whole process, request and answer included.
    private static async Task<TimeSpan> CostAsync(SystemProcess system, HttpClient guest, string document)
    {
        for (var i = 0; i < Requests; i++)
            await SendAsync();
        var before = system.ProcessorTime;
        for (var i = 0; i < Requests; i++)
            await SendAsync();
        return (system.ProcessorTime - before) / Requests;

        async Task SendAsync()
        {
            using var answer = await guest.PostAsJsonAsync(new Uri("/graphql", UriKind.Relative), new { query = document });
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private static string Microseconds(TimeSpan time) => time.TotalMicroseconds.ToString("N0", CultureInfo.InvariantCulture) + " µs";

    private static async Task AskAsync(SystemClient client)
    {
        var answer = await client.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/graphql", new { query = Query });
        if (answer.GetProperty("data").GetProperty("getQueues").GetArrayLength() != Queues)
            throw new InvalidOperationException(answer.GetRawText());
    }

    // What the process says of the calls its clients made.
    private static async Task<double> CallsAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return CallPattern().Matches(text).Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    [GeneratedRegex(@"^http_client_request_duration_seconds_count\{[^\n]*\} ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex CallPattern();
}
