using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>The interface document is kept, is complete, and says what is so.</summary>
public sealed class InterfaceDocumentTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private const string Update = "SMARTQUEUE_UPDATE_OPENAPI";
    private const string LongKey = "Idempotency-Key";
    private static readonly string Kept = Path.Combine(SystemProcess.Root, "docs", "openapi.json");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Bodies that get as far as the key, where those of the access rules do not.
    private static readonly IReadOnlyDictionary<string, object> GoodBodies = new Dictionary<string, object>
    {
        ["POST /api/auth/register"] = new
        {
            name = "Ada",
            email = "ada@example.com",
            password = WholeSystem.Password,
        },
        ["POST /api/auth/invitations"] = new { email = "ada@example.com", role = "operator" },
        ["POST /api/auth/accept"] = new
        {
            token = "{link}",
            name = "Ada",
            password = WholeSystem.Password,
        },
        ["POST /api/auth/logout"] = new { refreshToken = "none of theirs" },
        ["POST /api/auth/forgot"] = new { email = "nobody@example.com" },
        ["POST /api/auth/reset"] = new { token = "{link}", password = WholeSystem.Password },
        ["POST /api/auth/verify-email"] = new { token = "{link}" },
        ["PUT /api/queues/{id}"] = new { name = "Passports" },
        ["POST /api/notifications/email"] = new
        {
            to = "ada@example.com",
            subject = "Hello",
            message = "Hello",
        },
        ["POST /api/notifications/sms"] = new { to = "+34600000000", message = "Hello" },
        ["POST /api/notifications/push"] = new
        {
            userId = "{owner}",
            subject = "Hello",
            message = "Hello",
        },
    };

    [Fact]
    public async Task Every_process_serves_the_kept_document_byte_for_byte()
    {
        await using var gatewayAlone = await GatewayHost.StartAsync();
        var kept = await File.ReadAllBytesAsync(Kept, Token);
        foreach (var process in (ServiceHost[])[shared.System.Process, gatewayAlone.Process])
        {
            using var answer = await process.Guest().GetAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
            var served = await answer.Content.ReadAsByteArrayAsync(Token);
            Assert.True(
                served.SequenceEqual(kept),
                "what is served is not docs/openapi.json: build again, since it is served as it was then"
            );
        }
    }

    [Fact]
    public async Task The_kept_document_is_what_the_endpoints_say_of_themselves()
    {
        var text = (await InterfaceDocument.MadeAsync()).Text;
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(Kept, text, Token);
        var kept = File.Exists(Kept) ? await File.ReadAllTextAsync(Kept, Token) : "";
        Assert.True(
            text == kept,
            $"docs/openapi.json is not what the endpoints say{FirstDifference(kept, text)}; renew it with: {Update}=1 dotnet run --project tests/Gateway.Tests -- -method '*.{nameof(The_kept_document_is_what_the_endpoints_say_of_themselves)}'"
        );
    }

    [Fact]
    public async Task What_the_endpoints_say_depends_on_no_setting()
    {
        var other = await InterfaceDocument.MadeAsync(
            new Dictionary<string, string?> { ["PUBLIC_URL"] = "https://queue.example.org", ["DEFAULT_TIME_ZONE"] = "Europe/Madrid" }
        );
        Assert.Equal((await InterfaceDocument.MadeAsync()).Text, other.Text);
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_who_may_and_how_it_refuses()
    {
        var document = await InterfaceDocument.OfAsync(shared.System);
        var tags = document.Root["tags"]!.AsArray().Where(t => Said(t!["description"])).Select(t => (string)t!["name"]!).ToHashSet();
        var wrong = new List<string>();
        foreach (var (name, operation) in document.Operations)
        {
            if (!Said(operation["summary"]) || !Said(operation["description"]))
                wrong.Add(name + " has no summary or no description");
            if (operation["tags"] is not JsonArray { Count: 1 } used || !tags.Contains((string)used[0]!))
                wrong.Add(name + " is not under one heading that is described");
            if (operation["security"] is not JsonArray)
                wrong.Add(name + " does not say who may");
            foreach (var parameter in operation["parameters"] as JsonArray ?? [])
            {
                if (!Said(parameter!["description"]))
                    wrong.Add($"{name} does not say what {parameter["name"]} is");
            }

            var statuses = operation["responses"]!.AsObject().Select(r => r.Key).ToHashSet();
            if (!statuses.Any(s => s.StartsWith('2')) || !statuses.IsSupersetOf(["429", "503"]))
                wrong.Add(name + " lacks an answer");
            foreach (var (status, answer) in operation["responses"]!.AsObject().Where(r => r.Key[0] is '4' or '5'))
            {
                var whole = (string?)answer!["$ref"] is { } at ? document.Find(at) : null;
                if ((string?)whole?["content"]?["application/problem+json"]?["schema"]?["$ref"] != "#/components/schemas/ProblemDetails")
                    wrong.Add($"{name} answers {status} in a shape of its own");
                if (status is "429" or "503" && whole?["headers"]?["Retry-After"] is null)
                    wrong.Add($"{name} answers {status} without Retry-After");
            }
        }

        Assert.Empty(wrong);
        var ids = document.Operations.Values.Select(o => (string?)o["operationId"]).ToList();
        Assert.DoesNotContain(null, ids);
        Assert.Distinct(ids);
        Assert.Superset(
            new HashSet<string> { "success", "error", "code", "errors", "traceId" },
            document.Schemas["ProblemDetails"]["properties"]!.AsObject().Select(p => p.Key).ToHashSet()
        );
    }

    [Fact]
    public async Task Every_list_says_what_it_holds_and_every_reference_leads_somewhere()
    {
        var document = await InterfaceDocument.OfAsync(shared.System);
        var wrong = new List<string>();
        foreach (var (at, part) in document.Parts())
        {
            var isList =
                part["type"] is JsonValue type && (string?)type == "array"
                || part["type"] is JsonArray types && types.Any(t => (string?)t == "array");
            if (isList && part["items"] is null)
                wrong.Add(at + " is a list of anything");
            if (part["$ref"] is JsonValue reference && document.Find((string)reference!) is null)
                wrong.Add($"{at} leads to {reference}, which is not there");
        }

        // Where two services give different shapes one name, the framework numbers the second one, and in two processes one is lost.
        wrong.AddRange(document.Schemas.Keys.Where(n => char.IsAsciiDigit(n[^1])).Select(n => n + " is another's name"));
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Who_may_is_what_the_access_rules_say()
    {
        var wrong = new List<string>();
        foreach (var (name, operation) in (await InterfaceDocument.OfAsync(shared.System)).Operations)
        {
            var schemes = operation["security"]!
                .AsArray()
                .Select(r => r!.AsObject().Select(s => s.Key).SingleOrDefault() ?? "none")
                .ToList();
            string[][] allowed = AccessRules.Endpoints[name].Access switch
            {
                Access.Anyone =>
                [
                    [],
                    ["none", "accessToken"],
                ],
                Access.Ticket or Access.TicketStaff =>
                [
                    ["accessToken", "trackingToken", "trackingTokenInQuery"],
                ],
                // For a ticket too, by its tracking token; the rules are for the account.
                _ when name.EndsWith("/push/subscriptions", StringComparison.Ordinal) =>
                [
                    ["accessToken", "trackingToken", "trackingTokenInQuery"],
                ],
                _ =>
                [
                    ["accessToken"],
                ],
            };
            if (!allowed.Any(schemes.SequenceEqual))
                wrong.Add($"{name}: {string.Join(", ", schemes)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Keys_versions_and_tags_are_taken_and_given_where_the_document_says_so_and_nowhere_else()
    {
        var people = await Try.People.MeetAsync(shared.System);
        var wrong = new List<string>();
        var tagged = 0;
        foreach (var (name, operation) in (await InterfaceDocument.OfAsync(shared.System)).Operations)
        {
            using var keyed = await SendAsync(people, name, LongKey, new string('k', 129));
            var refused =
                keyed.StatusCode == HttpStatusCode.BadRequest
                && JsonNode.Parse(await keyed.Content.ReadAsStringAsync(Token))!["errors"]?[LongKey] is not null;
            if (refused != InterfaceDocument.Takes(operation, LongKey))
                wrong.Add($"{name} {(refused ? "reads" : "does not read")} {LongKey}");

            using var stale = await SendAsync(people, name, "If-Match", "W/\"999999\"");
            if ((stale.StatusCode == HttpStatusCode.PreconditionFailed) != InterfaceDocument.Takes(operation, "If-Match"))
                wrong.Add($"{name} answers If-Match with {(int)stale.StatusCode}");

            using var answer = await SendAsync(people, name);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created))
                continue;
            if ((answer.Headers.ETag is not null) != InterfaceDocument.Gives(operation, "ETag"))
                wrong.Add($"{name} answers ETag {answer.Headers.ETag}");
            tagged += answer.Headers.ETag is null ? 0 : 1;
        }

        Assert.Empty(wrong);
        Assert.InRange(tagged, 10, 100);
    }

    private static async Task<HttpResponseMessage> SendAsync(Try.People people, string name, string? header = null, string? value = null)
    {
        var (_, path, body) = AccessRules.Endpoints[name];
        var attempt = await Try.PrepareAsync(people, byToken: false, freshOwner: name == "DELETE /api/users/{id}");
        using var request = new HttpRequestMessage(new HttpMethod(name.Split(' ')[0]), attempt.Fill(path));
        if ((GoodBodies.GetValueOrDefault(name) ?? body) is { } sent)
        {
            var text = attempt.Fill(JsonSerializer.Serialize(sent));
            if (text.Contains("{link}", StringComparison.Ordinal))
                text = text.Replace("{link}", await LinkAsync(people), StringComparison.Ordinal);
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        }

        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        return await people.Boss.SendAsync(request, Token);
    }

    private static async Task<string> LinkAsync(Try.People people) =>
        (
            await WholeSystem.SendAsync(
                people.Boss,
                HttpMethod.Post,
                "/api/auth/invitations",
                new { email = $"{Guid.NewGuid():N}@example.com", role = "operator" }
            )
        )
            .GetProperty("link")
            .GetString()!
            .Split('#')[1];

    private static bool Said(JsonNode? text) => !string.IsNullOrWhiteSpace((string?)text);

    private static string FirstDifference(string kept, string text)
    {
        var (before, now) = (kept.Split('\n'), text.Split('\n'));
        var line = before.Zip(now).TakeWhile(l => l.First == l.Second).Count();
        return kept.Length == 0 ? " (there is none)" : $" (line {line + 1}: {now.ElementAtOrDefault(line)?.Trim()})";
    }
}
