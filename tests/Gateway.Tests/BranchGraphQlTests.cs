using System.Net.Http.Json;
using System.Text.Json;
using static SmartQueue.Gateway.Tests.WholeSystem;

namespace SmartQueue.Gateway.Tests;

public sealed class BranchGraphQlTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private readonly HttpClient admin = shared.Admin;
    private readonly HttpClient guest = shared.System.Process.Guest();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_branch_is_made_changed_read_with_its_queues_and_deleted()
    {
        var made = (
            await DataAsync(
                admin,
                """
                mutation { createBranch(name: "Harbour", address: "Pier 1", timeZone: "Europe/Lisbon", languages: ["pt"],
                  openingHours: [{ day: "monday", opens: "09:00", closes: "17:00" }]) { id slug timeZone openingHours { day } languages prefixes } }
                """
            )
        ).GetProperty("createBranch");
        var id = made.GetProperty("id").GetString();
        Assert.Equal(("harbour", "Europe/Lisbon"), (made.GetProperty("slug").GetString(), made.GetProperty("timeZone").GetString()));
        var queue = (
            await DataAsync(
                admin,
                "mutation ($b: ID) { createQueue(name: \"Boats\", branchId: $b, priorityHeadStart: 60) { id branchId timeZone own priorityHeadStart branch { name } } }",
                new { b = id }
            )
        ).GetProperty("createQueue");
        Assert.Equal(
            $$$"""{"branchId":"{{{id}}}","timeZone":"Europe/Lisbon","own":[],"priorityHeadStart":60,"branch":{"name":"Harbour"}}""",
            Without(queue, "id")
        );

        await DataAsync(admin, "mutation ($id: ID!) { updateBranch(id: $id, slug: \"quay\", openingHours: null) { version } }", new { id });
        var read = await DataAsync(
            guest,
            "{ branch(id: \"quay\") { slug openingHours { day } prefixes address queues { name } } none: branch(id: \"none\") { id } }"
        );
        Assert.Equal(
            """{"branch":{"slug":"quay","openingHours":null,"prefixes":["A"],"address":"Pier 1","queues":[{"name":"Boats"}]},"none":null}""",
            read.GetRawText()
        );
        var filtered = await DataAsync(guest, "query ($b: ID) { getQueues(branchId: $b, active: true) { name } }", new { b = id });
        Assert.Equal("""{"getQueues":[{"name":"Boats"}]}""", filtered.GetRawText());

        Assert.Equal("CONFLICT", await CodeAsync(admin, "mutation ($id: ID!) { deleteBranch(id: $id) }", new { id }));
        await SendAsync(admin, HttpMethod.Delete, "/api/queues/" + queue.GetProperty("id").GetString());
        Assert.True(
            (await DataAsync(admin, "mutation ($id: ID!) { deleteBranch(id: $id) }", new { id })).GetProperty("deleteBranch").GetBoolean()
        );
    }

    [Fact]
    public async Task Branches_and_their_queues_cost_one_call_each()
    {
        await using var own = await StartAsync();
        var boss = await own.AdminAsync();
        foreach (var name in new[] { "North", "South" })
        {
            var branch = await SendAsync(boss, HttpMethod.Post, "/api/branches", new { name });
            await SendAsync(
                boss,
                HttpMethod.Post,
                "/api/queues",
                new { name = name + " hall", branchId = branch.GetProperty("id").GetString() }
            );
        }

        own.Calls.Clear();
        var page = (
            await DataAsync(boss, "{ branches(limit: 2) { items { name queues { name branch { name } } } nextCursor } }")
        ).GetProperty("branches");

        Assert.Equal(
            """[{"name":"North","queues":[{"name":"North hall","branch":{"name":"North"}}]},{"name":"South","queues":[{"name":"South hall","branch":{"name":"South"}}]}]""",
            page.GetProperty("items").GetRawText()
        );
        Assert.Equal(["GET /api/branches", "GET /api/branches", "GET /api/queues"], own.Calls.Order(StringComparer.Ordinal));
        var rest = await DataAsync(
            boss,
            "query ($c: String) { branches(cursor: $c) { items { name } nextCursor } }",
            new { c = page.GetProperty("nextCursor").GetString() }
        );
        Assert.Equal("""{"items":[{"name":"Main"}],"nextCursor":null}""", rest.GetProperty("branches").GetRawText());
    }

    [Fact]
    public async Task A_branch_is_followed_until_it_is_deleted()
    {
        var id = (await SendAsync(admin, HttpMethod.Post, "/api/branches", new { name = "Airport" })).GetProperty("id").GetString();
        // By its slug, as pages know it.
        using var stream = await FollowAsync(guest, "subscription { branchUpdated(branchId: \"airport\") { name version } }");
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal("""{"branchUpdated":{"name":"Airport","version":1}}""", await NextAsync(events));

        await SendAsync(admin, HttpMethod.Patch, $"/api/branches/{id}", new { name = "Terminal 2" });
        Assert.Equal("""{"branchUpdated":{"name":"Terminal 2","version":2}}""", await NextAsync(events));

        await SendAsync(admin, HttpMethod.Delete, $"/api/branches/{id}");
        Assert.Null(await NextAsync(events));
    }

    [Fact]
    public async Task A_counter_is_followed_with_who_sits_there_and_whom_it_holds()
    {
        var queue = (await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Visas" })).GetProperty("id").GetString();
        var ticket = (await SendAsync(guest, HttpMethod.Post, "/api/tickets", new { queueId = queue })).GetProperty("id").GetString();
        var name = Guid.NewGuid().ToString("N")[..12];
        var counter =
            "/api/counters/"
            + (await SendAsync(admin, HttpMethod.Post, "/api/counters", new { name, queues = new[] { new { queueId = queue } } }))
                .GetProperty("id")
                .GetString();
        using var stream = await FollowAsync(
            admin,
            $$"""subscription { counterUpdated(counterId: "{{counter.Split('/')[^1]}}") { state ticketId } }"""
        );
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal(State("closed"), await NextAsync(events));

        await SendAsync(admin, HttpMethod.Post, counter + "/open");
        Assert.Equal(State("open"), await NextAsync(events));
        await SendAsync(admin, HttpMethod.Post, counter + "/call-next", new { });
        Assert.Equal(State("open", ticket), await NextAsync(events));
        // Who is set aside no longer names the counter.
        await SendAsync(admin, HttpMethod.Post, $"/api/tickets/{ticket}/park", new { });
        Assert.Equal(State("open"), await NextAsync(events));
        await SendAsync(admin, HttpMethod.Post, counter + "/close");
        Assert.Equal(State("closed"), await NextAsync(events));
        await SendAsync(admin, HttpMethod.Delete, counter);
        Assert.Null(await NextAsync(events));

        static string State(string state, string? ticketId = null) =>
            $$$"""{"counterUpdated":{"state":"{{{state}}}","ticketId":{{{(ticketId is null ? "null" : "\"" + ticketId + "\"")}}}}}""";
    }

    private static string Without(JsonElement item, string member)
    {
        var node = System.Text.Json.Nodes.JsonObject.Create(item)!;
        node.Remove(member);
        return node.ToJsonString();
    }

    private static async Task<HttpResponseMessage> FollowAsync(HttpClient client, string query)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query }),
            Headers = { { "Accept", "text/event-stream" } },
        };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    /// <summary>The data of the next event; <c>null</c> where the stream is complete.</summary>
    private static async Task<string?> NextAsync(StreamReader events)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (await events.ReadLineAsync(limit.Token) is { } line)
        {
            if (line == "event: complete")
                return null;
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("data").GetRawText();
        }

        throw new EndOfStreamException("The stream broke off.");
    }
}
