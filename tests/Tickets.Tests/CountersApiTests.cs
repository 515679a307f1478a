using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Tickets.Tests;

/// <summary>Counters over HTTP: who sits where, and whom they call.</summary>
public sealed class CountersApiTests
{
    [Fact]
    public async Task A_counter_holds_one_person_of_all_its_queues_and_done_and_next_finishes_whoever_is_there()
    {
        await using var host = await StartAsync();
        await TakeAsync(host, "q1");
        await TakeAsync(host, "q2");
        var first = await CallAsync(host, "q1", "1");
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q2/call-next", new { counter = "1" }),
            409,
            "COUNTER_BUSY"
        );

        var second = await CallAsync(host, "q2", "1", complete: true);

        Assert.Equal("q2", Text(second, "queueId"));
        Assert.Equal("served", Text(await GetAsync(host, $"/api/tickets/{Text(first, "id")}"), "status"));
        var counter = Assert.Single(await CountersAsync(host));
        Assert.Equal(("1", Text(second, "id")), (Text(counter, "name"), Text(counter, "ticketId")));
        Assert.Equal((Text(counter, "id"), "op"), (Text(second, "counterId"), Text(second, "servedBy")));
    }

    [Fact]
    public async Task The_next_of_all_queues_of_a_counter_is_who_came_first_or_who_is_in_the_better_queue()
    {
        await using var host = await StartAsync();
        var oldest = await MakeAsync(host, new { name = "1", queues = Queues("q1", "q2") });
        var ranked = await MakeAsync(
            host,
            new
            {
                name = "2",
                queues = Queues("q1", "q2"),
                rule = "ranked",
            }
        );
        var one = await TakeAsync(host, "q2");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var two = await TakeAsync(host, "q1");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var three = await TakeAsync(host, "q2");
        await OpenAsync(host, oldest);
        await OpenAsync(host, ranked);

        Assert.Equal(two, Text(await PostAsync(host, $"/api/counters/{ranked}/call-next"), "id"));
        Assert.Equal(one, Text(await PostAsync(host, $"/api/counters/{oldest}/call-next"), "id"));
        Assert.Equal(three, Text(await PostAsync(host, $"/api/counters/{oldest}/call-next", new { complete = true }), "id"));
        using var nobody = await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{oldest}/call-next", new { complete = true });
        Assert.Equal(HttpStatusCode.NoContent, nobody.StatusCode);
    }

    [Theory]
    [InlineData("oldest", 1)]
    [InlineData("oldest", 50)]
    [InlineData("ranked", 1)]
    [InlineData("ranked", 2)]
    [InlineData("ranked", 50)]
    public async Task The_list_of_a_counter_is_in_the_order_in_which_it_calls_however_it_is_paged(string rule, int limit)
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(
            host,
            new
            {
                name = "1",
                queues = Queues("q1", "q2"),
                rule,
            }
        );
        var waiting = new List<string>();
        foreach (var queue in (string[])["q2", "q1", "q2", "q1", "q1"])
        {
            waiting.Add(await TakeAsync(host, queue));
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await PostAsync(host, $"/api/tickets/{waiting[2]}/park");
        await OpenAsync(host, desk);
        var current = Text(await PostAsync(host, $"/api/counters/{desk}/call", new { ticketId = waiting[4] }), "id");

        var listed = await ListedAsync(host, desk, limit);

        Assert.Equal(4, listed.Count(id => id != current));
        Assert.Equal((current, waiting[2]), (listed[0], listed[^1]));
        foreach (var id in listed.Skip(1).SkipLast(1))
            Assert.Equal(id, Text(await PostAsync(host, $"/api/counters/{desk}/call-next", new { complete = true }), "id"));
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Get, $"/api/counters/{desk}/tickets?cursor=bm90aGluZw"),
            400,
            "VALIDATION_FAILED"
        );
    }

    [Fact]
    public async Task A_counter_without_queues_lists_those_of_all()
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(host, new { name = "1" });
        var one = await TakeAsync(host, "q2");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var two = await TakeAsync(host, "q1");

        Assert.Equal([one, two], await ListedAsync(host, desk, 50));
    }

    [Fact]
    public async Task Who_did_not_come_is_listed_for_as_long_as_they_may_come_back()
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(host, new { name = "1", queues = Queues("q1") });
        var any = await MakeAsync(host, new { name = "2" });
        foreach (var queue in (string[])["q1", "q2"])
        {
            await TakeAsync(host, queue);
            var called = await CallAsync(host, queue, "3");
            await AnswerAsync(
                await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{Text(called, "id")}", new { status = "no_show" })
            );
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["q1"], await MissedAsync(desk));
        Assert.Equal(["q2", "q1"], await MissedAsync(any));
        var grace = TimeSpan.FromSeconds(Some.Queue().RejoinGrace);
        host.Time.Advance(grace - TimeSpan.FromSeconds(1));
        Assert.Equal(["q2"], await MissedAsync(any));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await MissedAsync(any));

        async Task<IEnumerable<string>> MissedAsync(string counterId) =>
            (await GetAsync(host, $"/api/counters/{counterId}/missed"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(t => Text(t, "queueId"));
    }

    [Fact]
    public async Task A_chosen_person_is_called_out_of_order_where_the_counter_serves_their_queue()
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(host, new { name = "1", queues = Queues("q1") });
        await OpenAsync(host, desk);
        await TakeAsync(host, "q1");
        var chosen = await TakeAsync(host, "q1");
        var elsewhere = await TakeAsync(host, "q2");

        Assert.Equal(chosen, Text(await PostAsync(host, $"/api/counters/{desk}/call", new { ticketId = chosen }), "id"));
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call", new { ticketId = elsewhere }),
            400,
            "VALIDATION_FAILED"
        );
        var another = await TakeAsync(host, "q1");
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call", new { ticketId = another }),
            409,
            "COUNTER_BUSY"
        );
        await PostAsync(host, $"/api/counters/{desk}/call", new { ticketId = another, complete = true });
        Assert.Equal("served", Text(await GetAsync(host, $"/api/tickets/{chosen}"), "status"));
        // Who cannot be called costs nobody at the counter their place.
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call", new { ticketId = chosen, complete = true }),
            409,
            "INVALID_TRANSITION"
        );
        Assert.Equal("called", Text(await GetAsync(host, $"/api/tickets/{another}"), "status"));
    }

    [Fact]
    public async Task Two_people_at_one_counter_are_told_and_one_may_take_over()
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(host, new { name = "1" });
        await OpenAsync(host, desk);
        using var other = host.OperatorNamed("other");

        await RefusalAsync(await SendAsync(other, HttpMethod.Post, $"/api/counters/{desk}/open"), 409, "COUNTER_TAKEN");
        await RefusalAsync(await SendAsync(other, HttpMethod.Post, $"/api/counters/{desk}/call-next"), 409, "COUNTER_TAKEN");
        await AnswerAsync(await SendAsync(other, HttpMethod.Post, $"/api/counters/{desk}/open", new { takeOver = true }));

        Assert.Equal("other", Text(await GetAsync(host, $"/api/counters/{desk}"), "operatorId"));
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call-next"), 409, "COUNTER_TAKEN");
    }

    [Fact]
    public async Task A_break_has_a_reason_and_nobody_leaves_with_a_ticket_in_hand()
    {
        await using var host = await StartAsync();
        var desk = await MakeAsync(host, new { name = "1" });
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/break"), 409, "INVALID_TRANSITION");
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call-next"), 409, "INVALID_TRANSITION");
        await OpenAsync(host, desk);
        await TakeAsync(host, "q1");
        var called = await PostAsync(host, $"/api/counters/{desk}/call-next");
        foreach (var leaving in (string[])["break", "close"])
            await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/{leaving}"), 409, "COUNTER_BUSY");
        await RefusalAsync(await SendAsync(host.Admin, HttpMethod.Delete, $"/api/counters/{desk}"), 409, "COUNTER_BUSY");
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{Text(called, "id")}", new { status = "served" }));

        var onBreak = await PostAsync(host, $"/api/counters/{desk}/break", new { reason = "lunch" });
        Assert.Equal(("break", "lunch", "op"), (Text(onBreak, "state"), Text(onBreak, "breakReason"), Text(onBreak, "operatorId")));
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{desk}/call-next"), 409, "INVALID_TRANSITION");
        Assert.Equal("open", Text(await PostAsync(host, $"/api/counters/{desk}/open"), "state"));
        var closed = await PostAsync(host, $"/api/counters/{desk}/close");
        Assert.Equal(("closed", JsonValueKind.Null), (Text(closed, "state"), closed.GetProperty("operatorId").ValueKind));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(host.Admin, HttpMethod.Delete, $"/api/counters/{desk}")).StatusCode);
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/counters/{desk}"), 404, "COUNTER_NOT_FOUND");
    }

    [Fact]
    public async Task A_counter_of_another_name_holds_whom_it_held()
    {
        await using var host = await StartAsync();
        await TakeAsync(host, "q1");
        await TakeAsync(host, "q1");
        var held = await CallAsync(host, "q1", "1");
        var id = Text(held, "counterId");

        await AnswerAsync(await SendAsync(host.Admin, HttpMethod.Patch, $"/api/counters/{id}", new { name = "Window" }));

        Assert.Equal(Text(held, "id"), Text(await GetAsync(host, $"/api/counters/{id}"), "ticketId"));
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "window" }),
            409,
            "COUNTER_BUSY"
        );
        var next = await CallAsync(host, "q1", "window", complete: true);
        Assert.Equal(("Window", id), (Text(next, "counter"), Text(next, "counterId")));
        Assert.Equal("served", Text(await GetAsync(host, $"/api/tickets/{Text(held, "id")}"), "status"));
    }

    [Fact]
    public async Task The_counters_a_queue_names_are_there_and_what_a_manager_takes_from_them_stays_taken()
    {
        await using var host = await StartAsync();
        var queue = Some.Queue("q3", with: q => q with { Counters = [new QueueCounter("1"), new QueueCounter("2")], Version = 1 });
        await PublishAsync(host, queue);
        var counters = await Eventually.GetAsync(() => CountersAsync(host), c => c.Count == 2);
        Assert.All(counters, c => Assert.Equal("q3", Text(c.GetProperty("queues")[0], "queueId")));

        var taken = Text(counters.Single(c => Text(c, "name") == "1"), "id");
        await AnswerAsync(await SendAsync(host.Admin, HttpMethod.Patch, $"/api/counters/{taken}", new { queues = Queues("q1") }));
        await PublishAsync(host, queue with { Counters = [.. queue.Counters, new QueueCounter("3")], Version = 2 });
        counters = await Eventually.GetAsync(() => CountersAsync(host), c => c.Count == 3);

        Assert.Equal(
            ["1 q1", "2 q3", "3 q3"],
            counters.Select(c => $"{Text(c, "name")} {Text(c.GetProperty("queues")[0], "queueId")}").Order(StringComparer.Ordinal)
        );
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q3/call-next", new { counter = "4" }),
            400,
            "VALIDATION_FAILED"
        );
    }

    [Fact]
    public async Task A_name_that_follows_its_counter_makes_none_where_the_counter_has_gone_on_or_is_gone()
    {
        await using var host = await StartAsync();
        var queue = Some.Queue("q3", with: q => q with { Counters = [new QueueCounter("1")], Version = 1 });
        await PublishAsync(host, queue);
        var id = Text(Assert.Single(await Eventually.GetAsync(() => CountersAsync(host), c => c.Count == 1)), "id");
        await AnswerAsync(await SendAsync(host.Admin, HttpMethod.Patch, $"/api/counters/{id}", new { name = "third" }));

        var followed = new QueueCounter("second") { Id = id };
        await PublishAsync(host, queue with { Counters = [followed, new QueueCounter("2")], Version = 2 });
        await Eventually.GetAsync(() => CountersAsync(host), c => c.Count == 2);

        Assert.Equal(["2", "third"], (await CountersAsync(host)).Select(c => Text(c, "name")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Counters_are_told_again_as_they_are_when_they_are_wanted()
    {
        await using var host = await StartAsync();
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        var one = await MakeAsync(host, new { name = "1", queues = Queues("q1") });
        await OpenAsync(host, one);
        var gone = await MakeAsync(host, new { name = "gone" });
        await SendAsync(host.Admin, HttpMethod.Delete, $"/api/counters/{gone}");

        await bus.PublishAsync(new CounterDefinitionsWanted { EventId = Guid.NewGuid(), OccurredAt = Some.Noon }, Token);

        var again = Assert.Single(
            await Eventually.GetAsync(() => Task.FromResult(host.Published.Of<CounterUpdated>()), told => told.Count > 0)
        );
        Assert.Equal((one, 2L, "1", CounterStatus.Open), (again.CounterId, again.Version, again.Counter.Name, again.Counter.Status));
        Assert.Equal(["q1"], again.Counter.Queues.Select(q => q.QueueId));
    }

    [Fact]
    public async Task A_repeat_of_opening_or_making_gets_its_first_answer()
    {
        await using var host = await StartAsync();
        var first = await AnswerAsync(
            await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new { name = "1" }, key: "made"),
            HttpStatusCode.Created
        );
        var again = await AnswerAsync(
            await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new { name = "1" }, key: "made"),
            HttpStatusCode.Created
        );
        Assert.Equal(first.GetRawText(), again.GetRawText());
        var id = Text(first, "id");
        var opened = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{id}/open", key: "open"));
        await PostAsync(host, $"/api/counters/{id}/close");
        var repeated = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/counters/{id}/open", key: "open"));
        Assert.Equal(opened.GetRawText(), repeated.GetRawText());
        Assert.Equal("closed", Text(await GetAsync(host, $"/api/counters/{id}"), "state"));
    }

    [Fact]
    public async Task A_counter_stands_in_a_branch_calls_only_there_and_goes_with_it()
    {
        await using var host = await StartAsync();
        await host.DefineAsync(Some.Queue("q3", with: q => q with { BranchId = "old-town", Prefix = "A" }));
        await RefusalAsync(
            await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new { name = "1", branchId = "old-town" }),
            400,
            "VALIDATION_FAILED"
        );
        var counters = host.Services.GetRequiredService<CounterDesk>();
        await counters.SaveBranchAsync("old-town", 1, there: true, TestContext.Current.CancellationToken);
        var here = await MakeAsync(host, new { name = "1" });
        var there = await MakeAsync(host, new { name = "1", branchId = "old-town" });
        await RefusalAsync(
            await SendAsync(host.Admin, HttpMethod.Patch, $"/api/counters/{here}", new { queues = Queues("q3") }),
            400,
            "VALIDATION_FAILED"
        );
        await TakeAsync(host, "q1");
        var waits = await TakeAsync(host, "q3");
        await OpenAsync(host, there);
        Assert.Equal(waits, Text(await PostAsync(host, $"/api/counters/{there}/call-next"), "id"));
        // At the counter of that name in the queue's own branch, which another one of another branch does not make busy.
        Assert.Equal(here, Text(await CallAsync(host, "q1", "1"), "counterId"));
        await PostAsync(host, $"/api/tickets/{waits}/park");
        await counters.SaveBranchAsync("old-town", 2, there: false, TestContext.Current.CancellationToken);
        Assert.Equal([here], (await CountersAsync(host)).Select(c => Text(c, "id")));
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"a name that is far too long"}""", "name")]
    [InlineData("""{"name":"TAKEN"}""", "name")]
    [InlineData("""{"name":"1","branchId":"elsewhere"}""", "branchId")]
    [InlineData("""{"name":"1","rule":"fair"}""", "rule")]
    [InlineData("""{"name":"1","queues":[{"queueId":"q1"},{"queueId":"q1"}]}""", "queues")]
    [InlineData("""{"name":"1","queues":[{"queueId":"nowhere"}]}""", "queues[0].queueId")]
    [InlineData("""{"name":"1","queues":[{"queueId":"q1","rank":0}]}""", "queues[0].rank")]
    [InlineData("""{"name":"1","queues":[{"queueId":"q1","rank":2},{"queueId":"q2","rank":2}]}""", "queues[1].rank")]
    public async Task Bad_input_is_refused_with_its_field_and_makes_nothing(string body, string field)
    {
        await using var host = await StartAsync();
        await MakeAsync(host, new { name = "taken" });

        var problem = await RefusalAsync(
            await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new StringContent(body, Encoding.UTF8, "application/json")),
            400,
            "VALIDATION_FAILED"
        );

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Single(await CountersAsync(host));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<TicketsHost> StartAsync()
    {
        var host = await TicketsHost.StartAsync();
        await host.DefineAsync(Some.Queue("q2"));
        return host;
    }

    // Its counters are there before it is known itself, and it is known only when the event was handled whole.
    private static async Task PublishAsync(TicketsHost host, QueueDefinition queue)
    {
        await host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(
                new QueueUpdated
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = Some.Noon,
                    QueueId = queue.Id,
                    Version = queue.Version,
                    Queue = queue,
                },
                Token
            );
        await Eventually.TrueAsync(async () => (await host.Store.FindPolicyAsync(queue.Id, Token))?.Version >= queue.Version);
    }

    private static object[] Queues(params string[] ids) => [.. ids.Select((id, i) => new { queueId = id, rank = i + 1 })];

    private static async Task<string> MakeAsync(TicketsHost host, object counter) =>
        Text(await AnswerAsync(await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", counter), HttpStatusCode.Created), "id");

    private static Task OpenAsync(TicketsHost host, string counterId) => PostAsync(host, $"/api/counters/{counterId}/open");

    private static async Task<string> TakeAsync(TicketsHost host, string queueId) =>
        Text(await host.TakeAsync(body: new { queueId }), "id");

    private static Task<JsonElement> CallAsync(TicketsHost host, string queueId, string counter, bool complete = false) =>
        PostAsync(host, $"/api/queues/{queueId}/call-next", new { counter, complete });

    private static async Task<JsonElement> PostAsync(TicketsHost host, string path, object? body = null) =>
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, path, body));

    private static async Task<JsonElement> GetAsync(TicketsHost host, string path) =>
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, path));

    private static async Task<IReadOnlyList<string>> ListedAsync(TicketsHost host, string counterId, int limit)
    {
        var ids = new List<string>();
        var cursor = "";
        do
        {
            var page = await GetAsync(host, $"/api/counters/{counterId}/tickets?limit={limit}{cursor}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(t => Text(t, "id")));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : "";
        } while (cursor.Length > 0);

        return ids;
    }

    private static async Task<IReadOnlyList<JsonElement>> CountersAsync(TicketsHost host) =>
        [.. (await GetAsync(host, "/api/counters")).GetProperty("items").EnumerateArray()];
}
