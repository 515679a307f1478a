using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>
/// A hundred queues with their tickets and people over GraphQL: how long it takes, against the same asked for by REST, and how many calls
/// of services it makes. Then what documents that are refused cost of the processor, against an ordinary one.
/// </summary>
internal static partial class GraphQlBenchmark
{
    private const int Queues = 100;
    private const int People = 3;
    private const int Requests = 100;
    private const string Query = "{ getQueues { name tickets { ticketNumber position user { name } } } }";

    public static async Task RunAsync(Run run)
    {
        await ReadAsync(run);
        await RefuseAsync(run);
    }

    private static async Task ReadAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        var (system, admin) = (office.System, office.Admin);
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
        {
            await AskAsync(admin);
            await AskByRestAsync(admin);
        }

        var before = await CallsAsync(system.Address);
        var latencies = new List<double>();
        for (var i = 0; i < Requests; i++)
            latencies.Add(await TimedAsync(() => AskAsync(admin)));
        var calls = (await CallsAsync(system.Address) - before) / Requests;
        var byRest = new List<double>();
        for (var i = 0; i < Requests / 10; i++)
            byRest.Add(await TimedAsync(() => AskByRestAsync(admin)));

        run.Add(
            new()
            {
                Id = "graphql.time",
                What = $"{Queues} queues with their tickets and people, median",
                Ours = new(latencies.Order().ElementAt(latencies.Count / 2), "ms"),
                Against = new(byRest.Order().ElementAt(byRest.Count / 2), "ms"),
                AgainstWhat = "by REST",
                Better = Better.Lower,
                Aim = 1,
            }
        );
        run.Add(
            new()
            {
                Id = "graphql.calls",
                What = "calls of services for them",
                Ours = new(calls, ""),
                Against = new(Queues, ""),
                AgainstWhat = "one a queue",
                Better = Better.Lower,
            }
        );
    }

    private static async Task<double> TimedAsync(Func<Task> ask)
    {
        var start = Stopwatch.GetTimestamp();
        await ask();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // As somebody does who has no GraphQL: the list, each queue's tickets, and each person once.
    private static async Task AskByRestAsync(SystemClient client)
    {
        var people = new HashSet<string>();
        foreach (var queue in await client.AllAsync("/api/queues?active=true"))
        foreach (
            var ticket in (await client.GetAsync($"/api/queues/{queue.GetProperty("id").GetString()}/tickets"))
                .GetProperty("items")
                .EnumerateArray()
        )
            people.Add(ticket.GetProperty("userId").GetString()!);
        foreach (var person in people)
            await client.GetAsync("/api/users/" + person);
    }

    // On a system with one queue, where the ordinary request is a small one.
    private static async Task RefuseAsync(Run run)
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
        var dearest = (Kind: "", Cost: TimeSpan.Zero);
        foreach (var (kind, document) in HostileDocuments.All)
        {
            var cost = await CostAsync(system, guest, document);
            if (cost > dearest.Cost)
                dearest = (kind, cost);
        }

        run.Add(
            new()
            {
                Id = "graphql.refused",
                What = $"processor of the dearest refused document ({dearest.Kind})",
                Ours = new(dearest.Cost.TotalMicroseconds, "µs"),
                Against = new(ordinary.TotalMicroseconds, "µs"),
                AgainstWhat = "a small one",
                Better = Better.Lower,
            }
        );
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

    [GeneratedRegex(@"^http_client_request_duration_seconds_count\{[^\n]*\} ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex CallPattern();
}
