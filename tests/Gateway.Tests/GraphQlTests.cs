using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Gateway.Tests.WholeSystem;

namespace SmartQueue.Gateway.Tests;

public sealed class GraphQlTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private readonly WholeSystem system = shared.System;
    private readonly HttpClient admin = shared.Admin;
    private readonly HttpClient guest = shared.System.Process.Guest();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_queues_with_their_tickets_and_people_cost_one_call_per_service()
    {
        await using var own = await WholeSystem.StartAsync();
        var boss = await own.AdminAsync();
        var people = new List<HttpClient>();
        for (var i = 0; i < 3; i++)
            people.Add(own.Process.WithToken((await own.PersonAsync($"Person{i}")).Token));
        for (var i = 0; i < 100; i++)
        {
            var queue = await SendAsync(boss, HttpMethod.Post, "/api/queues", new { name = $"Queue {i}" });
            foreach (var person in people)
                await SendAsync(person, HttpMethod.Post, "/api/tickets", new { queueId = queue.GetProperty("id").GetString() });
        }

        const string Query =
            "{ getQueues { name statistics { estimatedWaitTime } eta { estimatedWaitTime ahead } tickets { ticketNumber position user { name } queue { name } } } }";
        // The statistics, and the edge, hear of a line soon after it has moved.
        await Eventually.TrueAsync(async () =>
            (await DataAsync(boss, Query))
                .GetProperty("getQueues")
                .EnumerateArray()
                .All(q =>
                    q.GetProperty("eta").GetProperty("ahead").GetInt32() == 3
                    && q.GetProperty("eta").GetProperty("estimatedWaitTime").GetInt32()
                        == q.GetProperty("statistics").GetProperty("estimatedWaitTime").GetInt32()
                )
        );
        JsonElement data = default;
        // So does the edge.
        await Eventually.TrueAsync(async () =>
        {
            own.Calls.Clear();
            data = await DataAsync(boss, Query);
            return !own.Calls.Any(c => c.EndsWith("/eta", StringComparison.Ordinal));
        });

        var queues = data.GetProperty("getQueues").EnumerateArray().ToList();
        Assert.Equal(100, queues.Count);
        Assert.All(queues, q =>
            Assert.Equal(
                ["Person0", "Person1", "Person2"],
                q.GetProperty("tickets").EnumerateArray().Select(t => t.GetProperty("user").GetProperty("name").GetString())
            )
        );
        Assert.All(queues, q =>
            Assert.All(q.GetProperty("tickets").EnumerateArray(), t =>
                Assert.Equal(q.GetProperty("name").GetString(), t.GetProperty("queue").GetProperty("name").GetString())
            )
        );
        Assert.All(queues, q => Assert.Equal(3, q.GetProperty("eta").GetProperty("ahead").GetInt32()));
        // One promise, wherever it is read.
        Assert.All(queues, q =>
            Assert.Equal(
                q.GetProperty("eta").GetProperty("estimatedWaitTime").GetInt32(),
                q.GetProperty("statistics").GetProperty("estimatedWaitTime").GetInt32()
            )
        );
        Assert.Equal("1 GET /api/queues, 1 GET /api/queues/{}/tickets, 1 GET /api/users/by-ids", Kinds(own.Calls));
    }

    [Fact]
    public async Task The_wait_in_a_queue_that_nobody_told_of_yet_is_asked_for_once()
    {
        const string Query = "{ getQueues { id eta { estimatedWaitTime low high confidence ahead basis } tickets { ticketNumber } } }";
        await using var own = await WholeSystem.StartAsync();
        var boss = await own.AdminAsync();
        for (var i = 0; i < 20; i++)
            await SendAsync(boss, HttpMethod.Post, "/api/queues", new { name = $"Queue {i}" });

        own.Calls.Clear();
        var first = await DataAsync(boss, Query);
        var asked = Kinds(own.Calls);
        own.Calls.Clear();
        var second = await DataAsync(boss, Query);

        Assert.Equal("20 GET /api/queues/{}/eta, 1 GET /api/queues, 1 GET /api/queues/{}/tickets", asked);
        Assert.Equal("1 GET /api/queues, 1 GET /api/queues/{}/tickets", Kinds(own.Calls));
        Assert.Equal(first.GetRawText(), second.GetRawText());
        foreach (var queue in second.GetProperty("getQueues").EnumerateArray())
        {
            var direct = await SendAsync(boss, HttpMethod.Get, $"/api/queues/{queue.GetProperty("id").GetString()}/eta");
            Assert.Equal(direct.GetRawText(), queue.GetProperty("eta").GetRawText());
        }
    }

    [Fact]
    public async Task Tickets_of_many_queues_ask_for_their_queues_at_once()
    {
        for (var i = 0; i < 20; i++)
            await TakeAsync(await QueueAsync($"Queue {i}"));
        system.Calls.Clear();
        var data = await DataAsync(admin, "{ tickets(limit: 20) { items { queue { name } } nextCursor } }");
        Assert.Equal(
            20,
            data.GetProperty("tickets")
                .GetProperty("items")
                .EnumerateArray()
                .Select(t => t.GetProperty("queue").GetProperty("name").GetString())
                .Distinct()
                .Count()
        );
        Assert.Equal(["GET /api/queues", "GET /api/tickets"], system.Calls.Order());
    }

    [Fact]
    public async Task Lists_are_plain_under_their_earlier_names_and_paged_under_the_new()
    {
        var queueId = await QueueAsync();
        await TakeAsync(queueId);
        await TakeAsync(queueId);

        var data = await DataAsync(
            admin,
            "{ getTickets(limit: 1) { ticketNumber } getUsers { email } tickets(limit: 1) { items { ticketNumber } nextCursor } users { items { email } } }"
        );

        Assert.Equal(1, data.GetProperty("getTickets").GetArrayLength());
        var page = data.GetProperty("tickets");
        Assert.Equal(data.GetProperty("getTickets").GetRawText(), page.GetProperty("items").GetRawText());
        Assert.Equal(JsonValueKind.String, page.GetProperty("nextCursor").ValueKind);
        Assert.Equal(data.GetProperty("getUsers").GetRawText(), data.GetProperty("users").GetProperty("items").GetRawText());
    }

    [Fact]
    public async Task A_line_tells_whoever_does_not_run_it_numbers_and_positions_only()
    {
        var queueId = await QueueAsync(prefix: "LN");
        await SendAsync(
            guest,
            HttpMethod.Post,
            "/api/tickets",
            new
            {
                queueId,
                customerName = "Grace",
                phone = "+34600000000",
            }
        );
        var ada = system.Process.WithToken((await system.PersonAsync("Ada1")).Token);
        const string query =
            "query ($id: ID!) { getQueue(id: $id) { tickets { id ticketNumber position customerName phone userId user { name } } } }";
        foreach (var outsider in new[] { guest, ada })
        {
            var seen = (await DataAsync(outsider, query, new { id = queueId })).GetProperty("getQueue").GetProperty("tickets")[0];
            Assert.Equal(
                """{"id":null,"ticketNumber":"LN-1","position":1,"customerName":null,"phone":null,"userId":null,"user":null}""",
                seen.GetRawText()
            );
        }

        var whole = (await DataAsync(admin, query, new { id = queueId })).GetProperty("getQueue").GetProperty("tickets")[0];
        Assert.Equal("Grace", whole.GetProperty("customerName").GetString());
    }

    [Fact]
    public async Task What_is_not_there_or_not_yours_is_null()
    {
        var ticket = await TakeAsync(await QueueAsync());
        var ada = system.Process.WithToken((await system.PersonAsync("Ada")).Token);
        var id = ticket.GetProperty("id").GetString();
        Assert.Equal(JsonValueKind.Null, (await DataAsync(guest, "{ getQueue(id: \"no\") { name } }")).GetProperty("getQueue").ValueKind);
        foreach (var other in new[] { guest, ada })
        {
            Assert.Equal(
                JsonValueKind.Null,
                (await DataAsync(other, "query ($id: ID!) { getTicket(id: $id) { status } }", new { id }))
                    .GetProperty("getTicket")
                    .ValueKind
            );
            Assert.Equal("TICKET_NOT_FOUND", await CodeAsync(other, "mutation ($id: ID!) { cancelTicket(id: $id) }", new { id }));
        }

        var token = ticket.GetProperty("trackingToken").GetString();
        var held = await DataAsync(
            guest,
            "query ($id: ID!, $token: String) { getTicket(id: $id, trackingToken: $token) { status } }",
            new { id, token }
        );
        Assert.Equal("waiting", held.GetProperty("getTicket").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("{ nothing }")]
    [InlineData("{ getQueues { ")]
    [InlineData("mutation { createQueue { id } }")]
    [InlineData("mutation { updateTicketStatus(id: \"x\", status: flying) { id } }")]
    [InlineData("{ getQueue(id: \"x\") { name tickets(limit: 1000) { status } } }", true)]
    public async Task A_request_that_does_not_fit_is_refused_with_a_code(string query, bool needsQueue = false)
    {
        if (needsQueue)
            query = query.Replace("\"x\"", $"\"{await QueueAsync()}\"", StringComparison.Ordinal);
        Assert.Equal("VALIDATION_FAILED", await CodeAsync(admin, query));
    }

    [Fact]
    public async Task Field_errors_and_the_trace_are_told()
    {
        var answer = await AskAsync(admin, "mutation { createQueue(name: \"\", prefix: \"TOOLONG\") { id } }");
        var extensions = answer.GetProperty("errors")[0].GetProperty("extensions");
        Assert.Equal("VALIDATION_FAILED", extensions.GetProperty("code").GetString());
        Assert.Equal(["name", "prefix"], extensions.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
        Assert.Equal("createQueue", answer.GetProperty("errors")[0].GetProperty("path")[0].GetString());
    }

    [Fact]
    public async Task Deep_wide_renamed_and_large_requests_are_refused()
    {
        await QueueAsync();
        var deep = "{ getQueues { tickets { queue { tickets { queue { tickets { queue { tickets { queue { name } } } } } } } } } }";
        var wide = $"{{ {string.Concat(Enumerable.Repeat("getQueues { name } ", 500))} }}";
        var renamed = $"{{ {string.Concat(Enumerable.Range(0, 40).Select(i => $"a{i}: getQueue(id: \"x\") {{ name }} "))} }}";
        var large = "{ getQueues { tickets(limit: 200) { queue { tickets(limit: 200) { user { name } } } } } }";
        var fragments =
            "fragment A on Queue { tickets { queue { ...B } } } fragment B on Queue { tickets { queue { ...C } } } fragment C on Queue { tickets { queue { tickets { status } } } } { getQueues { ...A } }";
        var changes =
            $"mutation {{ {string.Concat(Enumerable.Range(0, 6).Select(i => $"a{i}: login(email: \"a@b.c\", password: \"{i}\") {{ expiresIn }} "))} }}";
        system.Calls.Clear();
        foreach (var query in new[] { deep, wide, renamed, large, fragments, changes })
            Assert.Equal("VALIDATION_FAILED", await CodeAsync(admin, query));
        Assert.Empty(system.Calls);
    }

    [Fact]
    public async Task Fragments_that_use_each_other_in_a_circle_end()
    {
        const string circle =
            "fragment A on Queue { tickets { queue { ...B } } } fragment B on Queue { tickets { queue { ...A } } } { getQueues { ...A } }";
        Assert.Equal("VALIDATION_FAILED", await CodeAsync(guest, circle));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_a_413()
    {
        using var answer = await guest.PostAsync(
            new Uri("/graphql", UriKind.Relative),
            new StringContent(
                $"{{\"query\":\"{{ getQueues {{ name }} }} #{new string('x', 70_000)}\"}}",
                Encoding.UTF8,
                "application/json"
            ),
            Token
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", "{ getQueues { name } }", 415)]
    [InlineData("application/x-www-form-urlencoded", "query=%7Bme%7Bid%7D%7D", 415)]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "[{\"query\":\"{ getQueues { name } }\"}]", 400)]
    [InlineData("application/json", "{\"query\":7}", 400)]
    [InlineData("application/json", "{\"variables\":{}}", 400)]
    [InlineData("application/json", "null", 400)]
    public async Task A_body_that_is_no_request_is_refused(string type, string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await guest.PostAsync(new Uri("/graphql", UriKind.Relative), content, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_link_can_ask_but_not_change()
    {
        using var asked = await guest.GetAsync(
            new Uri(
                "/graphql?query="
                    + Uri.EscapeDataString("query ($a: Boolean) { getQueues(active: $a) { name } }")
                    + "&variables="
                    + Uri.EscapeDataString("{\"a\":true}"),
                UriKind.Relative
            ),
            Token
        );
        Assert.StartsWith("{\"data\":{\"getQueues\":[", await asked.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using var changed = await admin.GetAsync(
            new Uri("/graphql?query=" + Uri.EscapeDataString("mutation { createQueue(name: \"x\") { id } }"), UriKind.Relative),
            Token
        );
        Assert.Equal(HttpStatusCode.MethodNotAllowed, changed.StatusCode);
        using var explorer = await guest.GetAsync(new Uri("/graphql", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, explorer.StatusCode);
    }

    [Fact]
    public async Task A_repeated_creation_under_one_key_gives_the_first_answer()
    {
        var queueId = await QueueAsync();
        var keyed = system.Process.Guest();
        keyed.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        const string take = "mutation ($id: ID!) { createTicket(queueId: $id) { id } other: createTicket(queueId: $id) { id } }";
        var first = (await DataAsync(keyed, take, new { id = queueId })).GetRawText();
        Assert.Equal(first, (await DataAsync(keyed, take, new { id = queueId })).GetRawText());
        using var both = JsonDocument.Parse(first);
        Assert.NotEqual(
            both.RootElement.GetProperty("createTicket").GetProperty("id").GetString(),
            both.RootElement.GetProperty("other").GetProperty("id").GetString()
        );
    }

    [Fact]
    public async Task A_subscription_that_nobody_follows_leaves_nothing_behind()
    {
        await using var host = await GatewayHost.StartAsync();
        var topics = host.Process.Services.GetRequiredService<LiveTopics>();
        var ada = host.Process.SignedIn("ada", Roles.User);
        using var content = new StringContent(
            "{\"query\":\"subscription { notificationReceived { id } }\"}",
            Encoding.UTF8,
            "application/json"
        );
        using var refused = await ada.PostAsync(new Uri("/graphql", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(0, topics.Count);
        using var gone = new CancellationTokenSource();
        topics.Subscribe("topic", 1, gone.Token);
        Assert.Equal(1, topics.Count);
        await gone.CancelAsync();
        Assert.Equal(0, topics.Count);
    }

    [Fact]
    public async Task A_guests_short_key_stays_short_however_long_the_name_of_the_field()
    {
        var queueId = await QueueAsync();
        var keyed = system.Process.Guest();
        keyed.DefaultRequestHeaders.Add("Idempotency-Key", "1");
        foreach (var alias in new[] { "", "aNameThatAnyoneCanReadAndThatIsLongEnough: " })
        {
            var answer = await AskAsync(
                keyed,
                $"mutation ($id: ID!) {{ {alias}createTicket(queueId: $id) {{ trackingToken }} }}",
                new { id = queueId }
            );
            var extensions = answer.GetProperty("errors")[0].GetProperty("extensions");
            Assert.Equal("VALIDATION_FAILED", extensions.GetProperty("code").GetString());
            Assert.Equal("must be at least 16 characters", extensions.GetProperty("errors").GetProperty("Idempotency-Key")[0].GetString());
        }
    }

    [Fact]
    public async Task Calling_the_next_hands_the_key_on_one_for_each_call()
    {
        await using var host = await GatewayHost.StartAsync();
        var staff = host.Process.SignedIn("olga", Roles.Operator);
        staff.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        for (var i = 0; i < 2; i++)
            await DataAsync(
                staff,
                "mutation { callNext(queueId: \"q1\", counter: \"1\") { id } b: callNext(queueId: \"q1\", counter: \"2\") { id } }"
            );
        var keys = host.Behind.CallKeys.ToList();
        Assert.Equal(["k1", keys[1], "k1", keys[1]], keys);
        Assert.DoesNotContain(keys[1], (string[])["", "k1"]);
    }

    [Fact]
    public async Task Of_a_closed_queue_no_wait_is_told_and_of_one_that_opens_again_it_is()
    {
        var queueId = await QueueAsync();
        await TakeAsync(queueId);
        Assert.Matches(
            """^{"statistics":{"estimatedWaitTime":\d+},"eta":{"estimatedWaitTime":\d+,"low":\d+,"high":\d+}}$""",
            await ToldAsync()
        );
        await SwitchAsync(false);
        const string Closed = """{"statistics":{"estimatedWaitTime":null},"eta":{"estimatedWaitTime":null,"low":null,"high":null}}""";
        await Eventually.TrueAsync(async () => await ToldAsync() == Closed);
        await SwitchAsync(true);
        await Eventually.TrueAsync(async () => !(await ToldAsync()).Contains("null", StringComparison.Ordinal));

        async Task<string> ToldAsync() =>
            (
                await DataAsync(
                    guest,
                    "query ($id: ID!) { getQueue(id: $id) { statistics { estimatedWaitTime } eta { estimatedWaitTime low high } } }",
                    new { id = queueId }
                )
            )
                .GetProperty("getQueue")
                .GetRawText();

        Task SwitchAsync(bool isActive) =>
            DataAsync(
                admin,
                "mutation ($id: ID!, $on: Boolean) { updateQueue(id: $id, isActive: $on) { version } }",
                new { id = queueId, on = isActive }
            );
    }

    [Fact]
    public async Task Operators_switch_a_queue_and_change_no_more_of_it()
    {
        var queueId = await QueueAsync();
        var staff = system.Process.WithToken((await system.PersonAsync("Olga", Roles.Operator)).Token);
        var closed = await DataAsync(
            staff,
            "mutation ($id: ID!) { updateQueue(id: $id, isActive: false) { isActive name } }",
            new { id = queueId }
        );
        Assert.False(closed.GetProperty("updateQueue").GetProperty("isActive").GetBoolean());
        Assert.Equal(
            "FORBIDDEN",
            await CodeAsync(staff, "mutation ($id: ID!) { updateQueue(id: $id, name: \"Mine\") { name } }", new { id = queueId })
        );
    }

    [Fact]
    public async Task Closures_are_defined_and_told_with_when_it_opens()
    {
        const string Closures =
            """[{"from":"2020-01-01","to":"2199-12-30","reason":"Rebuilding"},{"from":"2020-01-01T00:00:00Z","to":"2020-01-01T01:00:00Z","reason":null}]""";
        var queueId = await QueueAsync();
        var queue = (
            await DataAsync(
                admin,
                """
                mutation ($id: ID!) { updateQueue(id: $id, timeZone: "UTC", closures: [
                  { from: "2020-01-01", to: "2199-12-30", reason: "Rebuilding" }, { from: "2020-01-01T00:00:00Z", to: "2020-01-01T01:00:00Z" }
                ]) { closures { from to reason } openNow opensAt closesAt closedReason } }
                """,
                new { id = queueId }
            )
        ).GetProperty("updateQueue");

        Assert.Equal(
            $$"""{"closures":{{Closures}},"openNow":false,"opensAt":"2199-12-31T00:00:00.000Z","closesAt":null,"closedReason":"Rebuilding"}""",
            queue.GetRawText()
        );
    }

    [Fact]
    public async Task Figures_and_reported_events_come_from_analytics()
    {
        var queueId = await QueueAsync();
        var tracked = await DataAsync(
            admin,
            "mutation ($id: ID, $m: JSON) { trackEvent(eventType: \"screen\", queueId: $id, metadata: $m) { eventType queueId metadata } }",
            new { id = queueId, m = new { kiosk = 3, tag = "a" } }
        );
        Assert.Equal(queueId, tracked.GetProperty("trackEvent").GetProperty("queueId").GetString());
        Assert.Equal("""{"kiosk":3,"tag":"a"}""", tracked.GetProperty("trackEvent").GetProperty("metadata").GetRawText());
        await DataAsync(
            admin,
            "mutation { trackEvent(eventType: \"screen\", metadata: {kiosk: 3, deep: {list: [1, 2.5, \"x\", null, true]}}) { id } }"
        );
        var figures = await DataAsync(
            admin,
            "query ($id: ID!) { getQueue(id: $id) { openNow closedReason } queueStatistics(queueId: $id) { name bucket counts { created } waitTime { p90 } throughput { created } } }",
            new { id = queueId }
        );
        Assert.Equal("""{"openNow":true,"closedReason":null}""", figures.GetProperty("getQueue").GetRawText());
        Assert.Equal("Passports", figures.GetProperty("queueStatistics").GetProperty("name").GetString());
        Assert.Equal("hour", figures.GetProperty("queueStatistics").GetProperty("bucket").GetString());
        Assert.Equal(JsonValueKind.Null, figures.GetProperty("queueStatistics").GetProperty("waitTime").GetProperty("p90").ValueKind);
    }

    [Fact]
    public async Task What_counters_and_people_did_comes_from_analytics()
    {
        var queueId = await QueueAsync();
        await TakeAsync(queueId);
        var name = "W" + Guid.NewGuid().ToString("N")[..6];
        await SendAsync(admin, HttpMethod.Post, $"/api/queues/{queueId}/call-next", new { counter = name });
        const string question =
            "{ counterStatistics(branchId: \"main\") { counterId name branchId open idle break services averageServiceTime } staffStatistics(branchId: \"main\") { userId services } }";
        var figures = await Eventually.GetAsync(
            () => DataAsync(admin, question),
            data => Named(data).ValueKind == JsonValueKind.Object && data.GetProperty("staffStatistics").GetArrayLength() > 0
        );
        Assert.Equal("main", Named(figures).GetProperty("branchId").GetString());
        Assert.Equal(0, Named(figures).GetProperty("services").GetInt32());
        Assert.Equal(JsonValueKind.Null, Named(figures).GetProperty("averageServiceTime").ValueKind);
        var elsewhere = await DataAsync(admin, question.Replace("main", "nowhere", StringComparison.Ordinal));
        Assert.Equal("""{"counterStatistics":[],"staffStatistics":[]}""", elsewhere.GetRawText());

        JsonElement Named(JsonElement data) =>
            data.GetProperty("counterStatistics").EnumerateArray().FirstOrDefault(c => c.GetProperty("name").GetString() == name);
    }

    [Fact]
    public async Task The_schema_and_the_explorer_are_settings()
    {
        const string introspection = "{ __schema { queryType { name } } }";
        Assert.Equal(
            "Query",
            (await DataAsync(guest, introspection)).GetProperty("__schema").GetProperty("queryType").GetProperty("name").GetString()
        );
        await using var other = await WholeSystem.StartAsync(
            new Dictionary<string, string?> { ["GRAPHQL_INTROSPECTION"] = "false", ["GRAPHQL_DEBUG"] = "true" }
        );
        Assert.Equal("VALIDATION_FAILED", await CodeAsync(other.Process.Guest(), introspection));
        using var page = await other.Process.Guest().GetAsync(new Uri("/graphql", UriKind.Relative), Token);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("/graphql/explorer.js", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using var script = await other.Process.Guest().GetAsync(new Uri("/graphql/explorer.js", UriKind.Relative), Token);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
    }

    private async Task<string> QueueAsync(string name = "Passports", string? prefix = null) =>
        (await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name, prefix })).GetProperty("id").GetString()!;

    private Task<JsonElement> TakeAsync(string queueId) => SendAsync(guest, HttpMethod.Post, "/api/tickets", new { queueId });

    /// <summary>How many calls of which kind there were, the most first; ids left out.</summary>
    private static string Kinds(IEnumerable<string> calls) =>
        string.Join(
            ", ",
            calls
                .Select(c => Regex.Replace(c, "(?<=/api/queues/)[^/]+", "{}"))
                .CountBy(c => c)
                .OrderByDescending(c => c.Value)
                .ThenBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => $"{c.Value} {c.Key}")
        );
}
