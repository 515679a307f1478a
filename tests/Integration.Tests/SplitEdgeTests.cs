using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>The edge is the same in one process and in six, with however many gateways.</summary>
[Collection(OnABroker.Name)]
public sealed class SplitEdgeTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Six_processes_answer_as_one_does_and_clients_of_either_gateway_hear_everything()
    {
        using var folder = new TemporaryFolder();
        await using var one = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        await using var six = await SplitSystem.StartAsync(await broker.VirtualHostAsync());

        Assert.Equal(await AnswersAsync(one.Address), await AnswersAsync(six.Edge));
        await JudgesAnyTokenAsync(one.Address);
        await JudgesAnyTokenAsync(six.Edge);

        await six.StartAsync("gateway2");
        var second = six.AddressOf("gateway2");
        await KnowsLinesAsync(six.Edge, second);
        using var admin = new SystemClient(six.Edge);
        await admin.SignInAsync();
        await NodeClients.RunAsync("signalr.mjs", second.ToString(), six.Edge.ToString(), admin.AccessToken!);
        await NodeClients.RunAsync("signalr.mjs", six.Edge.ToString(), second.ToString(), admin.AccessToken!);
        await NodeClients.RunAsync("graphql.mjs", second.ToString(), admin.AccessToken!);
    }

    private static async Task KnowsLinesAsync(Uri edge, Uri justStarted)
    {
        using var admin = new SystemClient(edge);
        await admin.SignInAsync();
        using var guest = new HttpClient { BaseAddress = justStarted };
        var queues = new[] { await admin.DefineQueueAsync(), await admin.DefineQueueAsync() };
        // Nobody told of these yet, so they are asked for.
        await Eventually.GetAsync(LinesAsync, lines => lines.SequenceEqual([(0, ""), (0, "")]));
        var taken = (await admin.TakeAsync(queues[0])).GetProperty("ticketNumber").GetString()!;
        await Eventually.GetAsync(LinesAsync, lines => lines.SequenceEqual([(1, taken), (0, "")]));

        async Task<(int? Ahead, string First)[]> LinesAsync()
        {
            using var answer = await guest.PostAsJsonAsync(
                "/graphql",
                new { query = "{ getQueues { id eta { ahead } tickets(limit: 1) { ticketNumber } } }" },
                Token
            );
            var listed = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token))
                .GetProperty("data")
                .GetProperty("getQueues")
                .EnumerateArray()
                .ToDictionary(q => q.GetProperty("id").GetString()!);
            return
            [
                .. queues.Select(id =>
                    (
                        listed[id].GetProperty("eta") is { ValueKind: JsonValueKind.Object } eta
                            ? eta.GetProperty("ahead").GetInt32()
                            : (int?)null,
                        string.Concat(
                            listed[id].GetProperty("tickets").EnumerateArray().Select(t => t.GetProperty("ticketNumber").GetString())
                        )
                    )
                ),
            ];
        }
    }

    // Letters that HTTP clients do not send by themselves: the token is wrong, and nothing is away.
    private static async Task JudgesAnyTokenAsync(Uri edge)
    {
        const string Strange = "\u202Eé";
        using var admin = new SystemClient(edge);
        await admin.SignInAsync();
        var ticketId = (await admin.TakeAsync(await admin.DefineQueueAsync())).GetProperty("id").GetString();
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 })
        {
            BaseAddress = edge,
        };
        var ticket = $"/api/tickets/{ticketId}";
        var subscriptions = "/api/notifications/push/subscriptions";
        Assert.Equal("TICKET_NOT_FOUND", await CodeAsync(HttpMethod.Get, ticket, null, Strange));
        Assert.Equal(
            "TICKET_NOT_FOUND",
            await CodeAsync(HttpMethod.Delete, subscriptions, new { ticketId, endpoint = "https://push.example.org/1" }, Strange)
        );
        foreach (var token in (string[])[Strange, "line\r\nbreak", "\0"])
        {
            Assert.Equal(
                "TICKET_NOT_FOUND",
                await CodeAsync(
                    HttpMethod.Delete,
                    subscriptions + "?token=" + Uri.EscapeDataString(token),
                    new { ticketId, endpoint = "https://push.example.org/1" }
                )
            );
            Assert.Equal(
                "TICKET_NOT_FOUND",
                await CodeAsync(
                    HttpMethod.Post,
                    "/graphql",
                    new
                    {
                        query = "mutation($id: ID!, $token: String) { cancelTicket(id: $id, trackingToken: $token) }",
                        variables = new { id = ticketId, token },
                    }
                )
            );
        }

        async Task<string?> CodeAsync(HttpMethod method, string path, object? body, string? token = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            if (token is not null)
                request.Headers.TryAddWithoutValidation("X-Tracking-Token", token);
            using var answer = await client.SendAsync(request, Token);
            var root = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
            return (root.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions") : root)
                .GetProperty("code")
                .GetString();
        }
    }

    /// <summary>What clients see of a run of requests: status, headers that count, and the members of the body.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(Uri edge)
    {
        using var client = new SystemClient(edge);
        await client.SignInAsync();
        using var guest = new SystemClient(edge);
        var seen = new List<string>();
        var made = await AskAsync(client, "POST", "/api/queues", new { name = "Passports", counters = new[] { new { name = "1" } } });
        var queue = "/api/queues/" + made.GetProperty("id").GetString();
        var ticket = await AskAsync(guest, "POST", "/api/tickets", new { queueId = made.GetProperty("id").GetString() });
        var path = "/api/tickets/" + ticket.GetProperty("id").GetString();
        var token = "?token=" + ticket.GetProperty("trackingToken").GetString();
        await AskAsync(guest, "GET", queue);
        await AskAsync(guest, "GET", path + token);
        await AskAsync(guest, "GET", path);
        await AskAsync(guest, "POST", "/api/queues", new { name = "Mine" });
        await AskAsync(client, "POST", "/api/queues", new { name = "" });
        await AskAsync(client, "PUT", path, new { status = "serving" });
        await AskAsync(client, "POST", queue + "/call-next", new { counter = "1" });
        await AskAsync(client, "POST", queue + "/call-next", new { counter = "1" });
        await AskAsync(client, "PUT", path, new { status = "served" });
        await AskAsync(client, "POST", queue + "/call-next", new { counter = "1" });
        await AskAsync(client, "PATCH", queue, new { isActive = false });
        await AskAsync(client, "GET", "/api/users/me");
        await AskAsync(client, "GET", "/api/users/none");
        await AskAsync(client, "GET", "/api/queues?limit=0");
        await AskAsync(client, "DELETE", "/api/nothing");
        await AskAsync(client, "POST", "/api/tickets", new { queueId = new string('x', 70_000) });
        await AskAsync(client, "GET", "/api/notifications/preferences");
        await AskAsync(client, "POST", "/graphql", new { query = "{ getQueues { name } nothing }" });
        return seen;

        async Task<JsonElement> AskAsync(SystemClient by, string method, string address, object? body = null)
        {
            using var answer = await by.SendAsync(new HttpMethod(method), address, body);
            var text = await answer.Content.ReadAsStringAsync(Token);
            var json = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
            var headers = string.Join(
                ' ',
                answer
                    .Headers.Where(h => h.Key is "Cache-Control" or "X-Content-Type-Options" or "Content-Security-Policy" or "Retry-After")
                    .Select(h => $"{h.Key}={string.Join(',', h.Value)}")
                    .Order()
            );
            var members =
                json.ValueKind == JsonValueKind.Object
                    ? string.Join(',', json.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal))
                    : "";
            var code = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var c) ? c.GetString() : "";
            seen.Add(
                $"{seen.Count} {method} {(int)answer.StatusCode} {answer.Content.Headers.ContentType} etag={answer.Headers.ETag} location={answer.Headers.Location is not null} {headers} {code} {members}"
            );
            return json.ValueKind == JsonValueKind.Object ? json.Clone() : json;
        }
    }
}
