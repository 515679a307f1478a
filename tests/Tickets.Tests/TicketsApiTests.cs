using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Errors;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;
using static SmartQueue.Tickets.Tests.TicketsHost;

namespace SmartQueue.Tickets.Tests;

public sealed class TicketsApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guest_takes_a_number_and_follows_and_cancels_it_with_the_token()
    {
        await using var host = await StartAsync();
        await host.TakeAsync();
        var mine = await host.TakeAsync();
        var (id, token) = (Text(mine, "id"), Text(mine, "trackingToken"));
        Assert.Equal("A-2", Text(mine, "ticketNumber"));
        Assert.Equal(2, mine.GetProperty("position").GetInt32());
        Assert.Equal(300, mine.GetProperty("estimatedWaitTime").GetInt32());

        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{id}"), 404, "TICKET_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{id}", token: "wrong"), 404, "TICKET_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.User("u1"), HttpMethod.Get, $"/api/tickets/{id}"), 404, "TICKET_NOT_FOUND");
        var read = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{id}", token: token));
        Assert.False(read.TryGetProperty("trackingToken", out _));
        await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{id}?token={token}"));

        await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Put, $"/api/tickets/{id}", new { status = "served" }, token: token),
            403,
            "FORBIDDEN"
        );
        Assert.Equal(
            "cancelled",
            Text(await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Delete, $"/api/tickets/{id}", token: token)), "status")
        );
        Assert.Equal(
            "cancelled",
            Text(await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Delete, $"/api/tickets/{id}", token: token)), "status")
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task A_number_of_a_queue_is_taken_without_saying_anything(string? body)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/queues/q1/tickets");
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var ticket = await AnswerAsync(await host.Guest.SendAsync(request, TestContext.Current.CancellationToken), HttpStatusCode.Created);

        Assert.Equal("A-1", Text(ticket, "ticketNumber"));
    }

    [Fact]
    public async Task The_token_of_one_ticket_opens_no_other()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        var other = await host.TakeAsync();
        await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Delete, $"/api/tickets/{Text(other, "id")}", token: Text(mine, "trackingToken")),
            404,
            "TICKET_NOT_FOUND"
        );
    }

    [Fact]
    public async Task A_ticket_is_called_served_and_its_history_tells_so()
    {
        await using var host = await StartAsync();
        var id = Text(await host.TakeAsync(host.User("u1")), "id");
        host.Time.Advance(TimeSpan.FromMinutes(3));
        var called = await host.CallNextAsync("3");
        Assert.Equal((id, "called", "3"), (Text(called, "id"), Text(called, "status"), Text(called, "counter")));
        Assert.Equal("2026-03-02T12:03:00.000Z", Text(called, "calledAt"));
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{id}/recall"));
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "serving" }));
        var served = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "served" }));
        Assert.Equal((5, 1), (served.GetProperty("version").GetInt32(), served.GetProperty("recalls").GetInt32()));
        var history = await AnswerAsync(await SendAsync(host.User("u1"), HttpMethod.Get, $"/api/tickets/{id}/history"));
        Assert.Equal(["waiting", "called", "called", "serving", "served"], history.EnumerateArray().Select(h => Text(h, "to")));
        var problem = await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "cancelled" }),
            409,
            "INVALID_TRANSITION"
        );
        Assert.Contains("served", Text(problem, "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calling_the_next_needs_a_free_counter_unless_it_completes_the_last_one()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 2; i++)
            await host.TakeAsync();
        var first = await host.CallNextAsync();
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "1" }),
            409,
            "COUNTER_BUSY"
        );
        await host.CallNextAsync(complete: true);
        Assert.Equal(TicketStatus.Served, (await host.Store.FindAsync(Text(first, "id"), Token))!.Status);
        var nobody = await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "2" });
        Assert.Equal(HttpStatusCode.NoContent, nobody.StatusCode);
    }

    [Fact]
    public async Task A_counter_must_be_one_the_queue_has()
    {
        await using var host = await StartAsync(Some.Queue(with: q => q with { Counters = [new("1"), new("2")] }));
        await host.TakeAsync();
        var problem = await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "9" }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("counter", out _));
        await host.CallNextAsync("2");
    }

    [Fact]
    public async Task Of_two_calls_of_the_same_ticket_one_is_refused()
    {
        await using var host = await StartAsync();
        var id = Text(await host.TakeAsync(), "id");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(n => SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "called", counter = $"{n}" }))
        );
        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Another_version_than_the_one_seen_is_not_changed()
    {
        await using var host = await StartAsync();
        var id = Text(await host.TakeAsync(), "id");
        var read = await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{id}");
        Assert.Equal("W/\"1\"", read.Headers.ETag!.ToString());
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "parked" }, ifMatch: "W/\"2\""),
            412,
            "VERSION_CONFLICT"
        );
        await AnswerAsync(
            await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{id}", new { status = "parked" }, ifMatch: "W/\"1\"")
        );
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{id}/unpark", ifMatch: "*"));
    }

    [Fact]
    public async Task A_repeated_request_gets_its_first_answer_and_takes_no_second_number()
    {
        await using var host = await StartAsync();
        var key = Guid.CreateVersion7().ToString();
        var first = await host.TakeAsync(key: key);
        await host.CallNextAsync();
        var again = await host.TakeAsync(key: key);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("A-2", Text(await host.TakeAsync(), "ticketNumber"));

        using var other = new HttpRequestMessage(HttpMethod.Post, "/api/tickets")
        {
            Content = new StringContent("""{"queueId":"q1","customerName":"Bob"}""", Encoding.UTF8, "application/json"),
        };
        other.Headers.Add("Idempotency-Key", key);
        await RefusalAsync(await host.Guest.SendAsync(other, Token), 409, "IDEMPOTENCY_KEY_REUSED");
    }

    [Fact]
    public async Task Many_repeats_at_once_take_one_number()
    {
        await using var host = await StartAsync();
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.TakeAsync(key: key)));
        Assert.Single(answers.Select(a => Text(a, "id")).Distinct());
        Assert.Equal("A-2", Text(await host.TakeAsync(), "ticketNumber"));
    }

    [Fact]
    public async Task An_account_has_one_ticket_in_a_queue_and_staff_may_issue_many()
    {
        await using var host = await StartAsync();
        await host.TakeAsync(host.User("u1"));
        await RefusalAsync(await SendAsync(host.User("u1"), HttpMethod.Post, "/api/queues/q1/tickets", new { }), 409, "ALREADY_IN_QUEUE");
        await host.TakeAsync(host.Operator);
        Assert.NotNull(Text(await host.TakeAsync(host.Operator), "trackingToken"));
    }

    [Fact]
    public async Task Priority_is_for_staff_to_give_and_goes_first()
    {
        await using var host = await StartAsync();
        await host.TakeAsync();
        await RefusalAsync(
            await SendAsync(host.User("u1"), HttpMethod.Post, "/api/tickets", new { queueId = "q1", priority = 1 }),
            403,
            "FORBIDDEN"
        );
        var urgent = await host.TakeAsync(host.Operator, new { queueId = "q1", priority = 3 });
        Assert.Equal(1, urgent.GetProperty("position").GetInt32());
        Assert.Equal(Text(urgent, "id"), Text(await host.CallNextAsync(), "id"));
    }

    [Fact]
    public async Task Deferring_lets_that_many_go_first()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        for (var i = 0; i < 3; i++)
            await host.TakeAsync();
        var deferred = await AnswerAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                $"/api/tickets/{Text(mine, "id")}/defer",
                new { places = 2 },
                token: Text(mine, "trackingToken")
            )
        );
        Assert.Equal(3, deferred.GetProperty("position").GetInt32());
        Assert.Equal("A-2", Text(await host.CallNextAsync("1"), "ticketNumber"));
        Assert.Equal("A-3", Text(await host.CallNextAsync("2"), "ticketNumber"));
        Assert.Equal("A-1", Text(await host.CallNextAsync("3"), "ticketNumber"));
    }

    [Fact]
    public async Task A_missed_ticket_rejoins_behind_the_next_two_or_where_it_is_put()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 4; i++)
            await host.TakeAsync();
        var first = Text(await host.CallNextAsync(), "id");
        await AnswerAsync(
            await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{first}", new { status = "no_show", reason = "nobody came" })
        );
        var back = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{first}/requeue"));
        Assert.Equal(("waiting", 3), (Text(back, "status"), back.GetProperty("position").GetInt32()));
        var second = Text(await host.CallNextAsync(), "id");
        Assert.NotEqual(first, second);
        back = await AnswerAsync(
            await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{second}/requeue", new { afterPosition = 0 })
        );
        Assert.Equal(1, back.GetProperty("position").GetInt32());
        Assert.Equal(second, Text(await host.CallNextAsync(), "id"));
    }

    [Fact]
    public async Task What_is_known_of_a_ticket_is_corrected_and_the_rest_stays()
    {
        await using var host = await StartAsync();
        await host.TakeAsync();
        var mine = await host.TakeAsync(
            host.Operator,
            new
            {
                queueId = "q1",
                customerName = "Ada",
                phone = "+34600123456",
                notes = "wheelchair",
            }
        );
        Assert.Equal(("staff", "main", Text(mine, "id")), (Text(mine, "source"), Text(mine, "branchId"), Text(mine, "visitId")));

        var corrected = await PatchAsync(
            new
            {
                customerName = "Grace",
                notes = "",
                labels = (string[])["papers", " urgent ", "papers"],
                priority = 3,
            }
        );
        Assert.Equal(
            ("Grace", "+34600123456", JsonValueKind.Null, "papers urgent", 1),
            (
                Text(corrected, "customerName"),
                Text(corrected, "phone"),
                corrected.GetProperty("notes").ValueKind,
                string.Join(' ', corrected.GetProperty("labels").EnumerateArray().Select(l => l.GetString())),
                corrected.GetProperty("position").GetInt32()
            )
        );
        Assert.Equal(Text(mine, "id"), Text(await host.CallNextAsync(), "id"));
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Patch, Path(), new { priority = 1 }), 409, "INVALID_TRANSITION");
        Assert.Equal(
            "",
            string.Join(' ', (await PatchAsync(new { labels = Array.Empty<string>() })).GetProperty("labels").EnumerateArray())
        );
        Assert.Single((await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, Path() + "/history"))).EnumerateArray(), h =>
            Text(h, "to") == "called"
        );

        string Path() => $"/api/tickets/{Text(mine, "id")}";

        async Task<JsonElement> PatchAsync(object body) =>
            await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Patch, Path(), body));
    }

    [Fact]
    public async Task An_owner_corrects_name_and_contact_and_nothing_else()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync(host.User("u1"));
        var path = $"/api/tickets/{Text(mine, "id")}";
        var corrected = await AnswerAsync(
            await SendAsync(host.User("u1"), HttpMethod.Patch, path, new { customerName = "Ada", email = "ADA@example.com" })
        );
        Assert.Equal(
            ("Ada", "ada@example.com", "web"),
            (Text(corrected, "customerName"), Text(corrected, "email"), Text(corrected, "source"))
        );
        foreach (var body in (object[])[new { notes = "x" }, new { priority = 1 }, new { labels = (string[])["x"] }])
            await RefusalAsync(await SendAsync(host.User("u1"), HttpMethod.Patch, path, body), 403, "FORBIDDEN");
        await RefusalAsync(await SendAsync(host.User("u2"), HttpMethod.Patch, path, new { customerName = "x" }), 404, "TICKET_NOT_FOUND");
    }

    [Fact]
    public async Task A_guest_adds_how_they_are_reached_with_the_tracking_token_and_nothing_else()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        var other = await host.TakeAsync();
        var path = $"/api/tickets/{Text(mine, "id")}";
        var corrected = await AnswerAsync(await PatchAsync(mine, new { customerName = "Ada", phone = "+34600123456" }));
        Assert.Equal(("Ada", "+34600123456"), (Text(corrected, "customerName"), Text(corrected, "phone")));
        foreach (var body in (object[])[new { notes = "x" }, new { priority = 1 }, new { labels = (string[])["x"] }])
            await RefusalAsync(await PatchAsync(mine, body), 403, "FORBIDDEN");
        await RefusalAsync(await PatchAsync(other, new { customerName = "x" }), 404, "TICKET_NOT_FOUND");

        async Task<HttpResponseMessage> PatchAsync(JsonElement holds, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("X-Tracking-Token", Text(holds, "trackingToken"));
            return await host.Guest.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("""{"labels":["a","b","c","d","e","f","g","h","i","j","k"]}""", "labels")]
    [InlineData("""{"labels":["a",""]}""", "labels[1]")]
    [InlineData("""{"labels":["a label that nobody would ever read to its end"]}""", "labels[0]")]
    [InlineData("""{"priority":10}""", "priority")]
    [InlineData("""{"phone":"call me"}""", "phone")]
    public async Task A_correction_that_makes_no_sense_is_refused_with_the_field(string body, string field)
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/tickets/{Text(mine, "id")}")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        var problem = await RefusalAsync(
            await host.Operator.SendAsync(request, TestContext.Current.CancellationToken),
            400,
            "VALIDATION_FAILED"
        );
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task An_ordinary_customer_is_called_although_one_with_priority_comes_again_and_again()
    {
        await using var host = await TicketsHost.StartAsync(Some.Queue(with: q => q with { PriorityHeadStart = 600 }));
        var ordinary = Text(await host.TakeAsync(), "id");
        for (var called = 0; ; called++)
        {
            Assert.InRange(called, 0, 11);
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await host.TakeAsync(host.Operator, new { queueId = "q1", priority = 1 });
            if (Text(await host.CallNextAsync(complete: true), "id") == ordinary)
                break;
        }
    }

    [Fact]
    public async Task A_transferred_customer_stands_in_the_other_queue_where_the_join_time_puts_them()
    {
        await using var host = await StartAsync();
        await host.DefineAsync(Some.Queue("q2", with: q => q with { Prefix = "B" }));
        await host.TakeAsync(body: new { queueId = "q2" });
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var mine = await host.TakeAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.TakeAsync(body: new { queueId = "q2" });

        var moved = await AnswerAsync(
            await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{Text(mine, "id")}/transfer", new { queueId = "q2" })
        );
        Assert.Equal(
            ("A-1", 2, Text(mine, "createdAt")),
            (Text(moved, "ticketNumber"), moved.GetProperty("position").GetInt32(), Text(moved, "createdAt"))
        );
        var old = await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{Text(mine, "id")}", token: Text(mine, "trackingToken"))
        );
        Assert.Equal(("transferred", Text(moved, "id")), (Text(old, "status"), Text(old, "transferredTo")));
        await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Get, $"/api/tickets/{Text(moved, "id")}", token: Text(mine, "trackingToken"))
        );
    }

    [Fact]
    public async Task Nobody_is_transferred_into_a_queue_that_is_closed()
    {
        await using var host = await StartAsync();
        var mine = Text(await host.TakeAsync(), "id");
        var morning = new OpeningInterval(WeekDay.Monday, new(9, 0), new(12, 0));
        await host.DefineAsync(Some.Queue("q2", with: q => q with { OpeningHours = [morning] }));
        Assert.EndsWith("It opens on Monday at 09:00.", await RefusedAsync(), StringComparison.Ordinal);
        await host.DefineAsync(Some.Queue("q2", with: q => q with { IsActive = false, Version = 2 }));
        await RefusedAsync();
        Assert.Equal("waiting", Text(await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{mine}")), "status"));
        await host.DefineAsync(Some.Queue("q2", with: q => q with { Version = 3 }));
        await AnswerAsync(await TransferAsync());

        async Task<string?> RefusedAsync() => Text(await RefusalAsync(await TransferAsync(), 409, "QUEUE_CLOSED"), "error");

        Task<HttpResponseMessage> TransferAsync() =>
            SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{mine}/transfer", new { queueId = "q2" });
    }

    [Fact]
    public async Task While_it_is_closed_no_wait_is_told()
    {
        var morning = new OpeningInterval(WeekDay.Monday, new(9, 0), new(13, 0));
        await using var host = await StartAsync(Some.Queue(with: q => q with { OpeningHours = [morning] }));
        await host.TakeAsync();
        Assert.Equal("300 1", await ToldAsync());
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("closed 1", await ToldAsync());
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 2 }));
        Assert.NotEqual("closed 1", await ToldAsync());
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 3, IsActive = false }));
        Assert.Equal("closed 1", await ToldAsync());

        async Task<string> ToldAsync()
        {
            var eta = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/api/queues/q1/eta"));
            var told = (JsonElement[])[eta.GetProperty("estimatedWaitTime"), eta.GetProperty("low"), eta.GetProperty("high")];
            Assert.Single(told.Select(n => n.ValueKind).Distinct());
            return $"{(told[0].ValueKind == JsonValueKind.Null ? "closed" : told[0])} {eta.GetProperty("ahead")}";
        }
    }

    [Fact]
    public async Task The_line_shows_names_to_staff_only()
    {
        await using var host = await StartAsync();
        await host.TakeAsync(body: new { queueId = "q1", customerName = "Ada" });
        await host.TakeAsync();
        await host.CallNextAsync();
        var forAll = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/api/queues/q1/tickets"));
        Assert.DoesNotContain("Ada", forAll.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["A-1", "A-2"], forAll.GetProperty("items").EnumerateArray().Select(t => Text(t, "ticketNumber")));
        var forStaff = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/queues/q1/tickets?limit=1"));
        Assert.Equal("Ada", Text(forStaff.GetProperty("items")[0], "customerName"));
        var second = await AnswerAsync(
            await SendAsync(host.Operator, HttpMethod.Get, $"/api/queues/q1/tickets?limit=1&cursor={Text(forStaff, "nextCursor")}")
        );
        Assert.Equal("A-2", Text(second.GetProperty("items")[0], "ticketNumber"));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task The_lines_of_several_queues_are_read_at_once_as_one_by_one()
    {
        await using var host = await StartAsync();
        await host.DefineAsync(Some.Queue("q2"));
        for (var i = 0; i < 3; i++)
        {
            await host.TakeAsync(body: new { queueId = "q2", customerName = "Ada" });
            await host.TakeAsync();
        }

        await host.CallNextAsync();
        foreach (var (reader, seesNames) in new[] { (host.Guest, false), (host.User("u1"), false), (host.Operator, true) })
        {
            var several = await AnswerAsync(await SendAsync(reader, HttpMethod.Get, "/api/queues/q2,none,q1/tickets?limit=2"));
            Assert.Equal(JsonValueKind.Null, several.GetProperty("nextCursor").ValueKind);
            var one = await AnswerAsync(await SendAsync(reader, HttpMethod.Get, "/api/queues/q2/tickets?limit=2"));
            var other = await AnswerAsync(await SendAsync(reader, HttpMethod.Get, "/api/queues/q1/tickets?limit=2"));
            Assert.Equal([.. Rows(one), .. Rows(other)], Rows(several));
            Assert.Equal(["q2", "q2", "q1", "q1"], several.GetProperty("items").EnumerateArray().Select(t => Text(t, "queueId")));
            Assert.Equal(seesNames, several.GetRawText().Contains("Ada", StringComparison.Ordinal));
            Assert.Empty(Rows(await AnswerAsync(await SendAsync(reader, HttpMethod.Get, "/api/queues/none,/tickets"))));
            await RefusalAsync(await SendAsync(reader, HttpMethod.Get, "/api/queues/none/tickets"), 404, "QUEUE_NOT_FOUND");
            var cursor = Text(one, "nextCursor");
            await RefusalAsync(
                await SendAsync(reader, HttpMethod.Get, $"/api/queues/q1,q2/tickets?cursor={cursor}"),
                400,
                "VALIDATION_FAILED"
            );
            await RefusalAsync(
                await SendAsync(reader, HttpMethod.Get, $"/api/queues/{string.Join(',', Enumerable.Range(0, 151))}/tickets"),
                400,
                "VALIDATION_FAILED"
            );
        }

        static IEnumerable<string> Rows(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(t => t.GetRawText());
    }

    [Fact]
    public async Task A_user_lists_own_tickets_and_staff_all()
    {
        await using var host = await StartAsync();
        await host.TakeAsync(host.User("u1"));
        await host.TakeAsync(host.User("u2"));
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, "/api/tickets"), 401, "UNAUTHENTICATED");
        var own = (await AnswerAsync(await SendAsync(host.User("u1"), HttpMethod.Get, "/api/tickets"))).GetProperty("items");
        Assert.Equal("u1", Text(Assert.Single(own.EnumerateArray()), "userId"));
        Assert.Equal(1, own[0].GetProperty("position").GetInt32());
        Assert.Empty(
            (await AnswerAsync(await SendAsync(host.User("u1"), HttpMethod.Get, "/api/tickets?userId=u2")))
                .GetProperty("items")
                .EnumerateArray()
        );
        Assert.Equal(
            2,
            (await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets?status=waiting")))
                .GetProperty("items")
                .GetArrayLength()
        );
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets?status=lost"), 400, "VALIDATION_FAILED");
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets?cursor=%00"), 400, "VALIDATION_FAILED");
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets?limit=201"), 400, "VALIDATION_FAILED");
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets?from=yesterday"), 400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_closed_queue_gives_no_numbers_and_neither_does_one_outside_its_hours()
    {
        await using var host = await StartAsync(
            Some.Queue(with: q => q with { OpeningHours = [new(WeekDay.Monday, new(9, 0), new(13, 0))], TimeZone = "Europe/Madrid" })
        );
        // Noon UTC is 13:00 in Madrid in winter.
        var refusal = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q1" }),
            409,
            "QUEUE_CLOSED"
        );
        Assert.EndsWith("is closed now. It opens on Monday at 09:00.", refusal.GetProperty("error").GetString(), StringComparison.Ordinal);
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 2 }));
        await host.TakeAsync();
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 3, IsActive = false }));
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q1" }), 409, "QUEUE_CLOSED");
    }

    // It is noon of Monday 2 March.
    [Theory]
    [InlineData("2026-03-02", "2026-03-03", "Staff meeting.", "is closed now: Staff meeting. It opens on Wednesday at 09:00.")]
    [InlineData("2026-03-01", "2026-03-09", null, "is closed now. It opens on Tuesday, 10 March at 09:00.")]
    public async Task A_closure_is_told_with_its_reason_and_its_end(string first, string last, string? reason, string said)
    {
        await using var host = await StartAsync(
            Some.Queue(with: q =>
                q with
                {
                    OpeningHours = [.. Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new(9, 0), new(17, 0)))],
                    Closures =
                    [
                        new()
                        {
                            FirstDay = DateOnly.Parse(first, CultureInfo.InvariantCulture),
                            LastDay = DateOnly.Parse(last, CultureInfo.InvariantCulture),
                            Reason = reason,
                        },
                    ],
                }
            )
        );

        var refusal = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q1" }),
            409,
            "QUEUE_CLOSED"
        );

        Assert.EndsWith(said, refusal.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_left_over_when_the_service_day_of_a_closed_queue_ends_expires()
    {
        await using var host = await StartAsync(
            Some.Queue(with: q => q with { OpeningHours = [Nine(WeekDay.Monday), Nine(WeekDay.Tuesday)] })
        );
        var left = await host.TakeAsync();
        host.Time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            return (await host.Store.FindAsync(Text(left, "id"), Token))!.Status == TicketStatus.Expired;
        });
        host.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal("A-1", Text(await host.TakeAsync(), "ticketNumber"));

        static OpeningInterval Nine(WeekDay day) => new(day, new(9, 0), new(17, 0));
    }

    [Fact]
    public async Task A_called_ticket_nobody_comes_for_is_missed_by_itself_where_the_queue_says_so()
    {
        await using var host = await StartAsync(Some.Queue(with: q => q with { NoShowAfter = 120 }));
        var id = Text(await host.TakeAsync(), "id");
        await host.CallNextAsync();
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            return (await host.Store.FindAsync(id, Token))!.Status == TicketStatus.NoShow;
        });
        var missed = (await host.Store.FindAsync(id, Token))!;
        Assert.True(missed.ClosedAt - missed.CalledAt >= TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task An_unknown_queue_is_not_found_at_once()
    {
        await using var host = await StartAsync();
        var longAgo = Guid.CreateVersion7(Some.Noon.AddSeconds(-10)).ToString();
        // The clock of the test stands still: anyone who waited would wait for ever.
        foreach (var queueId in (string[])["q9", "' OR 1=1 --", Guid.NewGuid().ToString(), longAgo])
            await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId }), 404, "QUEUE_NOT_FOUND");
    }

    [Fact]
    public async Task A_queue_made_a_moment_ago_is_waited_for_until_its_definition_is_told()
    {
        await using var host = await StartAsync();
        var queueId = Guid.CreateVersion7(Some.Noon.AddSeconds(-9)).ToString();
        var taking = SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId });
        await CreatedAsync(host, Some.Queue(queueId));
        await AnswerAsync(await taking, HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_queue_made_a_moment_ago_that_another_process_was_told_of_is_found_in_the_store()
    {
        await using var host = await StartAsync();
        var queueId = Guid.CreateVersion7(Some.Noon).ToString();
        var taking = SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId });
        await host.DefineAsync(Some.Queue(queueId));
        await AdvanceUntilAsync(host, taking);
        await AnswerAsync(await taking, HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_queue_that_seems_new_and_is_never_told_of_is_not_found_after_five_seconds()
    {
        await using var host = await StartAsync();
        var queueId = Guid.CreateVersion7(Some.Noon).ToString();
        var asking = host.Services.GetRequiredService<QueuePolicies>().GetAsync(queueId, Token);
        Assert.True(await AdvanceUntilAsync(host, asking) >= TimeSpan.FromSeconds(5));
        Assert.Equal("QUEUE_NOT_FOUND", (await Assert.ThrowsAsync<RefusedException>(() => asking)).Code);
    }

    [Fact]
    public async Task Definitions_that_were_missed_are_asked_for_at_the_start()
    {
        await using var host = await ServiceHost.StartAsync([new QueueServiceModule(Some.Queue("missed")), new TicketsModule()]);
        var store = host.Services.GetRequiredService<ITicketStore>();
        await Eventually.TrueAsync(async () => await store.FindPolicyAsync("missed", Token) is { Definition.Name: "Passports" });
    }

    [Fact]
    public async Task An_admin_closes_an_empty_line_and_any_later_version_of_the_queue_opens_it()
    {
        await using var host = await StartAsync();
        const string Line = "/api/queues/q1/line?version=1";
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Delete, Line), 401, "UNAUTHENTICATED");
        await RefusalAsync(await SendAsync(host.Operator, HttpMethod.Delete, Line), 403, "FORBIDDEN");
        await RefusalAsync(await SendAsync(host.Admin, HttpMethod.Delete, "/api/queues/q1/line"), 400, "VALIDATION_FAILED");
        var ticket = await host.TakeAsync();
        await RefusalAsync(await SendAsync(host.Admin, HttpMethod.Delete, Line), 409, "QUEUE_NOT_EMPTY");
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Delete, $"/api/tickets/{Text(ticket, "id")}"));
        for (var repeat = 0; repeat < 2; repeat++)
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(host.Admin, HttpMethod.Delete, Line)).StatusCode);
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q1" }), 409, "QUEUE_CLOSED");

        // A repeat of what is known opens nothing; an announcement makes a later version too.
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        var queue = Some.Queue(with: q => q with { Version = 2 });
        await host.DefineAsync(Some.Queue());
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q1" }), 409, "QUEUE_CLOSED");
        await bus.PublishAsync(
            new QueueAnnouncement
            {
                EventId = Guid.NewGuid(),
                OccurredAt = Some.Noon,
                QueueId = "q1",
                Version = 2,
                Message = "We stay",
                Queue = queue,
            },
            Token
        );
        await Eventually.TrueAsync(async () => await host.Store.FindPolicyAsync("q1", Token) is { Version: 2 });
        await host.TakeAsync();
    }

    [Fact]
    public async Task Definitions_arrive_as_events_and_a_deleted_queue_closes_its_line()
    {
        await using var host = await StartAsync();
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        await CreatedAsync(host, Some.Queue("q5"));
        await Eventually.TrueAsync(async () => await host.Store.FindPolicyAsync("q5", Token) is not null);
        var left = await host.TakeAsync(body: new { queueId = "q5" });
        await bus.PublishAsync(
            new QueueDeleted
            {
                EventId = Guid.CreateVersion7(),
                OccurredAt = Some.Noon,
                QueueId = "q5",
                Version = 2,
            },
            Token
        );
        await Eventually.TrueAsync(async () => (await host.Store.FindAsync(Text(left, "id"), Token))!.Status == TicketStatus.Expired);
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q5" }), 404, "QUEUE_NOT_FOUND");
    }

    [Fact]
    public async Task An_erased_user_leaves_tickets_without_a_name()
    {
        await using var host = await StartAsync();
        var id = Text(
            await host.TakeAsync(
                host.User("u1"),
                new
                {
                    queueId = "q1",
                    customerName = "Ada",
                    phone = "+34 600 000 000",
                }
            ),
            "id"
        );
        await host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(
                new UserErased
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = Some.Noon,
                    UserId = "u1",
                    Version = 2,
                },
                Token
            );
        await Eventually.TrueAsync(async () => (await host.Store.FindAsync(id, Token))! is { CustomerName: null, Phone: null });
    }

    [Theory]
    [InlineData("""{"queueId":"q1",""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"queueId":1}""", "queueId")]
    [InlineData("""{"queueId":"q1","priority":"high"}""", "priority")]
    [InlineData("""{"queueId":"q1","priority":-1}""", "priority")]
    [InlineData("""{"queueId":"q1","priority":99999999999999999999}""", "priority")]
    [InlineData("""{"queueId":"q1","customerName":"\u0000"}""", "customerName")]
    [InlineData("""{"queueId":"q1","customerName":{"$ne":null}}""", "customerName")]
    [InlineData("""{"queueId":"q1","email":"nobody"}""", "email")]
    [InlineData("""{"queueId":"q1","phone":"call me"}""", "phone")]
    [InlineData("""{"queueId":"q1","language":"en; DROP TABLE tickets"}""", "language")]
    [InlineData("""{"queueId":""}""", "queueId")]
    [InlineData("""{}""", "queueId")]
    public async Task Bad_input_is_refused_with_its_field_and_nothing_is_written(string body, string field)
    {
        await using var host = await StartAsync();
        var response = await host.Guest.PostAsync("/api/tickets", new StringContent(body, Encoding.UTF8, "application/json"), Token);
        var problem = await RefusalAsync(response, 400, "VALIDATION_FAILED");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Empty(await host.Store.OpenAsync("q1", Token));
    }

    [Theory]
    [InlineData("q1' OR '1'='1")]
    [InlineData("$where")]
    [InlineData("../../etc/passwd")]
    public async Task Operator_like_strings_are_only_strings(string queueId)
    {
        await using var host = await StartAsync();
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId }), 404, "QUEUE_NOT_FOUND");
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{Uri.EscapeDataString(queueId)}"),
            404,
            "TICKET_NOT_FOUND"
        );
        var name = Text(await host.TakeAsync(body: new { queueId = "q1", customerName = queueId }), "customerName");
        Assert.Equal(queueId, name);
    }

    [Fact]
    public async Task Large_bodies_other_media_types_and_forged_or_expired_tokens_are_refused()
    {
        await using var host = await StartAsync();
        await RefusalAsync(
            await host.Guest.PostAsync(
                "/api/tickets",
                new StringContent($$"""{"queueId":"q1","notes":"{{new string('x', 70_000)}}"}""", Encoding.UTF8, "application/json"),
                Token
            ),
            413,
            "PAYLOAD_TOO_LARGE"
        );
        await RefusalAsync(
            await host.Guest.PostAsync("/api/tickets", new StringContent("queueId=q1", Encoding.UTF8, "text/plain"), Token),
            415,
            "UNSUPPORTED_MEDIA_TYPE"
        );
        foreach (var forged in (string[])["nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcCIsInJvbGUiOiJhZG1pbiJ9."])
        {
            using var client = host.Guest;
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", forged);
            await RefusalAsync(await SendAsync(client, HttpMethod.Get, "/api/tickets"), 401, "UNAUTHENTICATED");
        }

        using var expired = host.Guest;
        expired.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            TestTokens.For("op", "operator", Some.Noon.AddHours(-2), TimeSpan.FromMinutes(15))
        );
        await RefusalAsync(await SendAsync(expired, HttpMethod.Get, "/api/tickets"), 401, "UNAUTHENTICATED");
        // Else whoever is no longer signed in would get a stranger's ticket without knowing.
        foreach (var path in (string[])["/api/tickets", "/api/queues/q1/tickets"])
            await RefusalAsync(await SendAsync(expired, HttpMethod.Post, path, new { queueId = "q1" }), 401, "UNAUTHENTICATED");
        await RefusalAsync(
            await SendAsync(host.User("u1"), HttpMethod.Post, "/api/queues/q1/call-next", new { counter = "1", role = "admin" }),
            403,
            "FORBIDDEN"
        );
    }

    private static Task CreatedAsync(TicketsHost host, QueueDefinition queue) =>
        host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(
                new QueueCreated
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = Some.Noon,
                    QueueId = queue.Id,
                    Version = queue.Version,
                    Queue = queue,
                },
                Token
            );

    private static async Task<TimeSpan> AdvanceUntilAsync(TicketsHost host, Task done)
    {
        var waited = TimeSpan.Zero;
        await Eventually.TrueAsync(() =>
        {
            if (done.IsCompleted)
                return Task.FromResult(true);
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            waited += TimeSpan.FromMilliseconds(100);
            return Task.FromResult(false);
        });
        return waited;
    }
}
