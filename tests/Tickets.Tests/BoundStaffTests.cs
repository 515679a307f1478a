using System.Text.Json;

namespace SmartQueue.Tickets.Tests;

/// <summary>Staff who are bound to a branch: what is in others is not there for them.</summary>
public sealed class BoundStaffTests
{
    [Fact]
    public async Task A_ticket_of_another_branch_is_not_there_and_lists_leave_it_out()
    {
        await using var host = await StartAsync();
        var here = Text(await host.TakeAsync(), "id");
        var there = Text(await host.TakeAsync(body: new { queueId = "q2" }), "id");
        using var bound = host.OperatorOf("old-town");

        foreach (
            var (method, path, body) in ((HttpMethod, string, object?)[])
                [
                    (HttpMethod.Get, "", null),
                    (HttpMethod.Get, "/history", null),
                    (HttpMethod.Put, "", new { status = "called", counter = "1" }),
                    (HttpMethod.Patch, "", new { notes = "x" }),
                    (HttpMethod.Delete, "", null),
                    (HttpMethod.Post, "/defer", new { places = 1 }),
                    (HttpMethod.Post, "/park", new { }),
                    (HttpMethod.Post, "/transfer", new { queueId = "q2" }),
                ]
        )
            await RefusalAsync(await SendAsync(bound, method, $"/api/tickets/{here}{path}", body), 404, "TICKET_NOT_FOUND");
        Assert.Equal([there], await IdsAsync(bound, "/api/tickets"));
        Assert.Empty(await IdsAsync(bound, "/api/tickets?branchId=main"));
        Assert.Equal([there], await IdsAsync(host.Operator, "/api/tickets?branchId=old-town"));
        Assert.Equal("called", Text(await PutAsync(there, new { status = "called", counter = "1" }), "status"));

        async Task<JsonElement> PutAsync(string id, object body) =>
            await AnswerAsync(await SendAsync(bound, HttpMethod.Put, $"/api/tickets/{id}", body));
    }

    [Fact]
    public async Task A_line_of_another_branch_is_seen_as_by_anyone_and_not_run()
    {
        await using var host = await StartAsync();
        await host.TakeAsync();
        await host.TakeAsync(body: new { queueId = "q2" });
        using var bound = host.OperatorOf("old-town");

        Assert.False((await FirstAsync("q1")).TryGetProperty("id", out _));
        Assert.True((await FirstAsync("q2")).TryGetProperty("id", out _));
        foreach (
            var (path, body) in ((string, object)[])
                [
                    ("/api/queues/q1/call-next", new { counter = "1" }),
                    ("/api/queues/q1/clear", new { reason = "x" }),
                    ("/api/queues/q1/tickets", new { }),
                ]
        )
            await RefusalAsync(await SendAsync(bound, HttpMethod.Post, path, body), 404, "QUEUE_NOT_FOUND");
        var own = Text((await FirstAsync("q2")), "id");
        await RefusalAsync(
            await SendAsync(bound, HttpMethod.Post, $"/api/tickets/{own}/transfer", new { queueId = "q1" }),
            404,
            "QUEUE_NOT_FOUND"
        );
        Assert.Equal(
            own,
            Text(await AnswerAsync(await SendAsync(bound, HttpMethod.Post, "/api/queues/q2/call-next", new { counter = "1" })), "id")
        );

        async Task<JsonElement> FirstAsync(string queue) =>
            (await AnswerAsync(await SendAsync(bound, HttpMethod.Get, $"/api/queues/{queue}/tickets"))).GetProperty("items")[0];
    }

    [Fact]
    public async Task Counters_of_another_branch_are_not_there()
    {
        await using var host = await StartAsync();
        var here = Text(
            await AnswerAsync(
                await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new { name = "1" }),
                System.Net.HttpStatusCode.Created
            ),
            "id"
        );
        using var bound = host.AdminOf("old-town");

        Assert.Empty(await IdsAsync(bound, "/api/counters"));
        Assert.Equal([here], await IdsAsync(host.Operator, "/api/counters"));
        await RefusalAsync(await SendAsync(bound, HttpMethod.Get, $"/api/counters/{here}"), 404, "COUNTER_NOT_FOUND");
        foreach (var list in (string[])["tickets", "missed"])
            await RefusalAsync(await SendAsync(bound, HttpMethod.Get, $"/api/counters/{here}/{list}"), 404, "COUNTER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bound, HttpMethod.Patch, $"/api/counters/{here}", new { name = "2" }), 404, "COUNTER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bound, HttpMethod.Delete, $"/api/counters/{here}"), 404, "COUNTER_NOT_FOUND");
        foreach (var move in (string[])["open", "break", "close", "call-next"])
            await RefusalAsync(await SendAsync(bound, HttpMethod.Post, $"/api/counters/{here}/{move}"), 404, "COUNTER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bound, HttpMethod.Post, "/api/counters", new { name = "2" }), 400, "VALIDATION_FAILED");
    }

    private static async Task<TicketsHost> StartAsync()
    {
        var host = await TicketsHost.StartAsync();
        await host.DefineAsync(Some.Queue("q2", with: q => q with { BranchId = "old-town" }));
        return host;
    }

    private static async Task<IReadOnlyList<string?>> IdsAsync(HttpClient client, string path) =>
        [
            .. (await AnswerAsync(await SendAsync(client, HttpMethod.Get, path)))
                .GetProperty("items")
                .EnumerateArray()
                .Select(t => Text(t, "id")),
        ];
}
