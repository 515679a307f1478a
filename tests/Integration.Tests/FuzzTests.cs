using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class FuzzTests
{
    private const int LeastRequests = 200;
    private const int LeastCompared = 100;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    // Where other work takes the processor, it goes on until it has tried enough.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_requests_find_no_fault_and_refusals_change_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SMARTQUEUE_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Environment.TickCount;
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["RATE_LIMIT_PER_ACCOUNT"] = "0", ["RATE_LIMIT_PER_ADDRESS"] = "0" }
        );
        using var admin = new SystemClient(system.Address);
        await admin.SignInAsync();
        var (ids, tokens) = await PeopleAndThingsAsync(admin);
        using var http = new HttpClient { BaseAddress = system.Address };
        var random = new Random(seed);
        var requests = new RandomRequests(await admin.GetAsync("/openapi/v1.json"), random, ids);
        Assert.InRange(requests.Operations, 40, 500);

        var counts = new SortedDictionary<int, int>();
        var compared = 0;
        string? before = null;
        var watch = Stopwatch.StartNew();
        bool Enough() => watch.Elapsed >= Bound && counts.Values.Sum() >= LeastRequests && compared >= LeastCompared;
        while (!Enough() && watch.Elapsed < Longest)
        {
            var next = requests.Next(out var operation);
            var token = tokens[random.Next(tokens.Count)];
            var (status, what) = await SendAsync(http, next, token, operation, seed);
            counts[status] = counts.GetValueOrDefault(status) + 1;
            if (status < 400)
            {
                if (next().Method != HttpMethod.Get)
                    before = null;
                continue;
            }

            if (before is null)
            {
                // What was accepted before may still be at work: once all is quiet, the same again.
                before = await QuietAsync(admin);
                (status, what) = await SendAsync(http, next, token, operation, seed);
                if (status < 400)
                {
                    before = null;
                    continue;
                }
            }

            Assert.True(before == await StateAsync(admin), $"Refused, but something changed. Seed {seed}: {what}");
            compared++;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seed {seed}: {string.Join(", ", counts.Select(c => $"{c.Value} times {c.Key}"))}; state compared {compared} times."
        );
        Assert.InRange(counts.Values.Sum(), LeastRequests, int.MaxValue);
        Assert.InRange(compared, LeastCompared, int.MaxValue);
        Assert.Contains(counts.Keys, s => s < 300);
    }

    private static async Task<(int Status, string What)> SendAsync(
        HttpClient http,
        Func<HttpRequestMessage> make,
        string? token,
        string operation,
        int seed
    )
    {
        using var request = make();
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, Token);
        var status = (int)answer.StatusCode;
        var text = await answer.Content.ReadAsStringAsync(Token);
        var body = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync(Token));
        var what = $"{operation} {request.RequestUri} {body} answered {status}: {text}";
        Assert.True(status < 500, $"Seed {seed}: {what}");
        if (status < 400)
            return (status, what);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"Seed {seed}: {what}");
        using var problem = JsonDocument.Parse(text);
        var root = problem.RootElement;
        Assert.True(
            root.GetProperty("status").GetInt32() == status
                && !root.GetProperty("success").GetBoolean()
                && root.GetProperty("error").GetString()!.Length > 0
                && root.GetProperty("code").GetString()!.Length > 0
                && root.GetProperty("traceId").GetString()!.Length > 0
                && root.TryGetProperty("type", out _)
                && root.TryGetProperty("title", out _),
            $"Seed {seed}: {what}"
        );
        return (status, what);
    }

    // People and queues with tickets to ask for, and the tokens to ask with. None of those who ask is among what may be changed.
    private static async Task<(List<string> Ids, List<string?> Tokens)> PeopleAndThingsAsync(SystemClient admin)
    {
        var ids = new List<string>();
        var tokens = new List<string?> { null, admin.AccessToken, admin.AccessToken };
        foreach (var name in (string[])["user", "operator", "victim"])
        {
            var made =
                name == "operator"
                    ? await admin.JoinAsync(name, name + "@example.com", name)
                    : await admin.ExpectAsync(
                        HttpStatusCode.Created,
                        HttpMethod.Post,
                        "/api/auth/register",
                        new
                        {
                            name,
                            email = name + "@example.com",
                            password = SystemClient.AdminPassword,
                        }
                    );
            var id = made.GetProperty("user").GetProperty("id").GetString()!;
            if (name == "victim")
                ids.Add(id);
            else
                tokens.Add(
                    (
                        await admin.ExpectAsync(
                            HttpStatusCode.OK,
                            HttpMethod.Post,
                            "/api/auth/login",
                            new { email = name + "@example.com", password = SystemClient.AdminPassword }
                        )
                    )
                        .GetProperty("accessToken")
                        .GetString()
                );
        }

        for (var i = 0; i < 3; i++)
        {
            var queueId = await admin.DefineQueueAsync();
            ids.Add(queueId);
            for (var t = 0; t < 3; t++)
                ids.Add((await admin.TakeAsync(queueId)).GetProperty("id").GetString()!);
        }

        return (ids, tokens);
    }

    private static async Task<string> QuietAsync(SystemClient admin)
    {
        var last = await StateAsync(admin);
        await Eventually.TrueAsync(async () =>
        {
            var now = await StateAsync(admin);
            var same = now == last;
            last = now;
            return same;
        });
        return last;
    }

    // The version of each thing there is.
    private static async Task<string> StateAsync(SystemClient admin)
    {
        var state = new StringBuilder();
        foreach (var list in (string[])["/api/queues", "/api/tickets", "/api/users"])
        {
            string? cursor = null;
            do
            {
                var page = await admin.GetAsync(list + "?limit=200" + (cursor is null ? "" : "&cursor=" + cursor));
                foreach (var item in page.GetProperty("items").EnumerateArray())
                    state
                        .Append(item.GetProperty("id").GetString())
                        .Append('@')
                        .Append(item.GetProperty("version").GetInt64())
                        .Append('\n');
                cursor = page.GetProperty("nextCursor").GetString();
            } while (cursor is not null);
        }

        return state.ToString();
    }
}
