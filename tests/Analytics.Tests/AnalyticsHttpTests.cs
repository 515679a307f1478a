using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class AnalyticsHttpTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = Samples.Morning;
    private readonly FakeTimeProvider time = new(At);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new AnalyticsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_figures_of_a_day_follow_from_its_events_in_any_order()
    {
        var first = Samples.Ticket("t1", At, "user-1") with { Promise = new WaitPromise(140, 130, 150) };
        var second = Samples.Ticket("t2", At.AddMinutes(1)) with { Promise = new WaitPromise(340, 300, 700) };
        var third = Samples.Ticket("t3", At.AddMinutes(70)) with { Promise = new WaitPromise(600, 300, 900) };
        await PublishAsync(
            Samples.Queue().Created(),
            first.Called(At.AddSeconds(100)).Served(At.AddSeconds(160.5)).Event(),
            first.Event(),
            first.Called(At.AddSeconds(100)).Event(),
            second.Called(At.AddSeconds(661)).Event(),
            second.Event(),
            third.Closed(TicketStatus.Cancelled, At.AddMinutes(75)).Event(),
            third.Event()
        );
        var figures = await FiguresAsync(f =>
            Int(f, "counts", "created") == 3
            && Int(f, "counts", "served") == 1
            && Int(f, "counts", "called") == 2
            && Int(f, "counts", "cancelled") == 1
        );
        Assert.Equal(
            """
            {"queueId":"queue-1","name":"Registry","from":"2026-11-22T23:00:00.000Z","to":"2026-11-23T23:00:00.000Z","bucket":"hour",
            "counts":{"created":3,"called":2,"served":1,"cancelled":1,"noShow":0,"transferred":0,"expired":0,"waiting":0},
            "waitTime":{"mean":350.5,"p50":100,"p90":601,"p95":601,"max":601},
            "serviceTime":{"mean":60.5,"p50":60.5,"p90":60.5,"p95":60.5,"max":60.5},
            "serviceLevel":0.5,"abandonment":0.3333333333333333,"noShowRate":0,
            "estimates":{"count":2,"meanAbsoluteError":150.5,"bias":-110.5,"coverage":0.5},
            """.ReplaceLineEndings(""),
            figures.GetRawText()[..figures.GetRawText().IndexOf("\"throughput\"", StringComparison.Ordinal)]
        );
        Assert.Equal(24, figures.GetProperty("throughput").GetArrayLength());
        Assert.Equal(
            """{"from":"2026-11-23T08:00:00.000Z","created":2,"called":2,"served":1,"waitP50":100,"waitP90":601,"promisedWait":240,"actualWait":350.5}""",
            figures.GetProperty("throughput")[9].GetRawText()
        );
        Assert.Equal(
            """[{"weekday":"monday","hour":9,"created":2},{"weekday":"monday","hour":10,"created":1}]""",
            figures.GetProperty("peakHours").GetRawText()
        );
        Assert.Equal("""[{"counter":"3","served":1,"meanServiceTime":60.5}]""", figures.GetProperty("counters").GetRawText());
    }

    [Fact]
    public async Task Every_kind_of_ticket_event_reaches_the_facts()
    {
        var ticket = Samples.Ticket("t", At);
        var called = ticket.Called(At);
        var states = new[]
        {
            ticket,
            called,
            called with
            {
                Recalls = 1,
                Version = 3,
            },
            called.Serving(At),
            called.Served(At),
            ticket.Closed(TicketStatus.Cancelled, At),
            called.Closed(TicketStatus.NoShow, At),
            called.Requeued(),
            ticket with
            {
                Status = TicketStatus.Parked,
                Version = 2,
            },
            ticket.Closed(TicketStatus.Transferred, At),
            ticket.Closed(TicketStatus.Expired, At),
        }
            .Select((s, i) => s with { Id = $"t{i}" })
            .ToList();
        var deferred = ticket with { Id = "deferred", Version = 2 };
        var unparked = ticket with { Id = "unparked", Version = 3 };
        var changed = ticket with { Id = "changed", Version = 2 };
        await PublishAsync([
            Samples.Queue().Created(),
            .. states.Select(s => s.Event()),
            new TicketDeferred
            {
                EventId = Guid.NewGuid(),
                OccurredAt = At,
                TicketId = deferred.Id,
                QueueId = deferred.QueueId,
                Version = 2,
                Ticket = deferred,
                Places = 1,
            },
            new TicketUnparked
            {
                EventId = Guid.NewGuid(),
                OccurredAt = At,
                TicketId = unparked.Id,
                QueueId = unparked.QueueId,
                Version = 3,
                Ticket = unparked,
            },
            changed.DetailsChanged(),
        ]);
        Assert.Equal(TicketEventTypes.All.Count, states.Select(s => s.Event().GetType()).Distinct().Count() + 3);
        await FiguresAsync(f => Int(f, "counts", "created") == 14);
    }

    [Fact]
    public async Task Corrected_details_change_a_fact_and_no_figure()
    {
        var served = Samples.Ticket("t", At).Called(At.AddSeconds(20)).Served(At.AddSeconds(50));
        await PublishAsync(Samples.Queue().Created(), served.Event());
        var before = await FiguresAsync(f => Int(f, "counts", "served") == 1);

        var changed = served with { Labels = ["urgent", "papers"], Version = served.Version + 1 };
        await PublishAsync(changed.DetailsChanged(), changed.DetailsChanged());

        await Eventually.TrueAsync(async () => (await FactAsync()).Version == changed.Version);
        Assert.Equal(["urgent", "papers"], (await FactAsync()).Labels);
        Assert.Equal(before.GetRawText(), (await FiguresAsync(_ => true)).GetRawText());

        async Task<TicketFact> FactAsync()
        {
            var facts = new List<TicketFact>();
            await Store.VisitQueueAsync(Branches.Main, Samples.QueueId, Samples.Day, facts.Add, Token);
            return Assert.Single(facts);
        }
    }

    [Fact]
    public async Task A_range_and_a_bucket_can_be_asked_for()
    {
        await PublishAsync(Samples.Queue().Created(), Samples.Ticket("in", At).Event(), Samples.Ticket("out", At.AddDays(-3)).Event());
        await FiguresAsync(f => Int(f, "counts", "created") == 1);
        var figures = await GetAsync(
            Operator,
            "/api/analytics/queue/queue-1?from=2026-11-20T00:00:00%2B01:00&to=2026-11-23T08:00:00.0005Z&bucket=day"
        );
        Assert.Equal("2026-11-19T23:00:00.000Z", figures.GetProperty("from").GetString());
        Assert.Equal("day", figures.GetProperty("bucket").GetString());
        Assert.Equal(1, Int(figures, "counts", "created"));
        Assert.Equal(4, figures.GetProperty("throughput").GetArrayLength());
    }

    [Fact]
    public async Task The_day_of_a_clock_change_has_25_hours()
    {
        await PublishAsync(Samples.Queue().Created());
        await FiguresAsync(_ => true);
        var figures = await GetAsync(Operator, "/api/analytics/queue/queue-1?from=2026-10-24T22:00:00Z&to=2026-10-25T23:00:00Z");
        Assert.Equal(25, figures.GetProperty("throughput").GetArrayLength());
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-11-23", "from")]
    [InlineData("from=2026-11-23T08:00:00", "from")]
    [InlineData("from=2026-02-30T08:00:00Z", "from")]
    [InlineData("from=0001-01-01T00:00:00Z", "from")]
    [InlineData("to=9999-12-31T23:59:59Z", "to")]
    [InlineData("from=2026-11-23T08:00:00Z&to=2026-11-23T08:00:00Z", "from")]
    [InlineData("from=2025-01-01T00:00:00Z&to=2026-11-23T08:00:00Z", "to")]
    [InlineData("bucket=week", "bucket")]
    [InlineData("bucket=hour&bucket=day", "bucket")]
    [InlineData("from[$gt]=1&from=%00", "from")]
    public async Task A_range_that_makes_no_sense_is_refused(string query, string field)
    {
        await PublishAsync(Samples.Queue().Created());
        await FiguresAsync(_ => true);
        var problem = await RefusedAsync(
            await Operator.GetAsync("/api/analytics/queue/queue-1?" + query, Token),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task An_unknown_queue_is_not_found() =>
        await RefusedAsync(await Operator.GetAsync("/api/analytics/queue/none", Token), HttpStatusCode.NotFound, "QUEUE_NOT_FOUND");

    [Fact]
    public async Task Figures_are_for_staff()
    {
        await RefusedAsync(
            await host.Guest().GetAsync("/api/analytics/queue/queue-1", Token),
            HttpStatusCode.Unauthorized,
            "UNAUTHENTICATED"
        );
        await RefusedAsync(await User("user-1").GetAsync("/api/analytics/queue/queue-1", Token), HttpStatusCode.Forbidden, "FORBIDDEN");
        await RefusedAsync(
            await host.SignedIn("boss", "admin").GetAsync("/api/analytics/queue/none", Token),
            HttpStatusCode.NotFound,
            "QUEUE_NOT_FOUND"
        );
    }

    [Fact]
    public async Task People_read_their_own_history_page_by_page_and_staff_anyones()
    {
        for (var i = 0; i < 5; i++)
            await PublishAsync(
                Samples.Ticket($"t{i}", At.AddSeconds(i), "user-1").Called(At.AddSeconds(i + 10)).Served(At.AddSeconds(i + 30)).Event()
            );
        await PublishAsync(Samples.Ticket("other", At, "user-2").Event());
        var mine = User("user-1");
        var page = await Eventually.GetAsync(
            () => GetAsync(mine, "/api/analytics/user/user-1?limit=2"),
            p => Int(p, "totals", "served") == 5
        );
        Assert.Equal("""{"created":5,"served":5,"cancelled":0,"noShow":0,"averageWaitTime":10}""", page.GetProperty("totals").GetRawText());
        Assert.Equal(
            """
            {"ticketId":"t4","ticketNumber":"A-42","queueId":"queue-1","status":"served","priority":0,"counter":"3","createdAt":"2026-11-23T08:00:04.000Z",
            "calledAt":"2026-11-23T08:00:14.000Z","servingAt":null,"servedAt":"2026-11-23T08:00:34.000Z","closedAt":"2026-11-23T08:00:34.000Z","waitTime":10,"serviceTime":20}
            """.ReplaceLineEndings(""),
            page.GetProperty("tickets")[0].GetRawText()
        );
        var seen = Ids(page);
        while (page.GetProperty("nextCursor").GetString() is { } cursor)
        {
            page = await GetAsync(mine, $"/api/analytics/user/user-1?limit=2&cursor={cursor}");
            seen.AddRange(Ids(page));
        }

        Assert.Equal(["t4", "t3", "t2", "t1", "t0"], seen);
        Assert.Equal(1, Int(await GetAsync(Operator, "/api/analytics/user/user-2"), "totals", "created"));
        Assert.Equal(
            JsonValueKind.Null,
            (await GetAsync(Operator, "/api/analytics/user/nobody")).GetProperty("totals").GetProperty("averageWaitTime").ValueKind
        );
    }

    [Fact]
    public async Task Anothers_history_is_not_found()
    {
        await RefusedAsync(await User("user-1").GetAsync("/api/analytics/user/user-2", Token), HttpStatusCode.NotFound, "USER_NOT_FOUND");
        await RefusedAsync(
            await host.Guest().GetAsync("/api/analytics/user/user-2", Token),
            HttpStatusCode.Unauthorized,
            "UNAUTHENTICATED"
        );
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=x")]
    [InlineData("cursor=!!")]
    [InlineData("cursor=bm9wZQ")]
    [InlineData("cursor=OTk5OTk5OTk5OTk5OTk5OTk5IHg")]
    public async Task A_wrong_page_is_refused(string query) =>
        await RefusedAsync(
            await User("user-1").GetAsync("/api/analytics/user/user-1?" + query, Token),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED"
        );

    [Fact]
    public async Task An_erased_account_leaves_its_facts_without_a_name_whatever_comes_late()
    {
        var ticket = Samples.Ticket("t", At, "user-1");
        await PublishAsync(Samples.Queue().Created(), ticket.Event());
        await Eventually.GetAsync(() => GetAsync(Operator, "/api/analytics/user/user-1"), h => Int(h, "totals", "created") == 1);
        var tracked = await TrackAsync("user-1", """{"eventType":"x"}""");
        await PublishAsync(Samples.Erased("user-1"));
        await Eventually.GetAsync(() => GetAsync(Operator, "/api/analytics/user/user-1"), h => Int(h, "totals", "created") == 0);
        Assert.Null(await Store.FindTrackedAsync(tracked.GetProperty("id").GetString()!, Token));

        await PublishAsync(ticket.Closed(TicketStatus.Cancelled, At).Event());
        await FiguresAsync(f => Int(f, "counts", "cancelled") == 1);
        Assert.Equal(0, Int(await GetAsync(Operator, "/api/analytics/user/user-1"), "totals", "created"));
        await RefusedAsync(await PostAsync(User("user-1"), """{"eventType":"x"}"""), HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task A_report_is_kept_as_sent_and_its_repeat_changes_nothing()
    {
        const string body =
            """{"eventType":"screen.opened","queueId":"queue-1","metadata":{"$where":"1","a":[{"b":1}]},"timestamp":"2026-11-23T09:04:00+01:00"}""";
        var client = User("user-1");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "key-1");
        var first = await ReadAsync(await PostAsync(client, body), HttpStatusCode.Accepted);
        var second = await ReadAsync(await PostAsync(client, body), HttpStatusCode.Accepted);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal("2026-11-23T08:04:00.000Z", first.GetProperty("timestamp").GetString());
        await RefusedAsync(await PostAsync(client, """{"eventType":"other"}"""), HttpStatusCode.Conflict, "IDEMPOTENCY_KEY_REUSED");

        var kept = await Store.FindTrackedAsync(first.GetProperty("id").GetString()!, Token);
        Assert.Equal("user-1", kept!.UserId);
        Assert.Equal("""{"$where":"1","a":[{"b":1}]}""", kept.Metadata);
        Assert.Equal(At, kept.ReceivedAt);
    }

    [Theory]
    [InlineData("{}", "eventType")]
    [InlineData("""{"eventType":""}""", "eventType")]
    [InlineData("""{"eventType":"a b"}""", "eventType")]
    [InlineData("""{"eventType":"a\n"}""", "eventType")]
    [InlineData("""{"eventType":7}""", "eventType")]
    [InlineData("""{"eventType":{"$ne":1}}""", "eventType")]
    [InlineData("""{"eventType":"a","queueId":"a\u0000b"}""", "queueId")]
    [InlineData("""{"eventType":"a","metadata":[]}""", "metadata")]
    [InlineData("""{"eventType":"a","metadata":"x"}""", "metadata")]
    [InlineData("""{"eventType":"a","metadata":{"a":{"a":{"a":{"a":{"a":{}}}}}}}""", "metadata")]
    [InlineData("""{"eventType":"a","metadata":{"a":[[[[[1]]]]]}}""", "metadata")]
    [InlineData(
        """{"eventType":"a","metadata":{"a":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}""",
        "metadata"
    )]
    [InlineData("""{"eventType":"a","timestamp":"2026-11-23T08:05:01Z"}""", "timestamp")]
    [InlineData("""{"eventType":"a","timestamp":"1969-12-31T00:00:00Z"}""", "timestamp")]
    [InlineData("""{"eventType":"a","timestamp":"soon"}""", "timestamp")]
    [InlineData("""{"eventType":"a",""", "body")]
    [InlineData("null", null)]
    public async Task A_malformed_report_is_refused(string body, string? field)
    {
        var problem = await RefusedAsync(await PostAsync(User("user-1"), body), HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        if (field is not null)
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task Limits_of_a_report_are_inclusive()
    {
        await TrackAsync(
            "user-1",
            $$$"""{"eventType":"{{{new string('a', 64)}}}","metadata":{"a":{"a":{"a":{"a":{ } } } } },"timestamp":"2026-11-23T08:05:00Z"}"""
        );
        await TrackAsync("user-1", $$$"""{"eventType":"a","metadata":{"a":"{{{new string('x', 2048 - 8)}}}"}}""");
        await RefusedAsync(
            await PostAsync(User("user-1"), $$"""{"eventType":"{{new string('a', 65)}}"}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED"
        );
        await RefusedAsync(
            await PostAsync(User("user-1"), $$$"""{"eventType":"a","metadata":{"a":"{{{new string('x', 2048 - 7)}}}"}}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED"
        );
        await RefusedAsync(
            await PostAsync(User("user-1"), $$$"""{"eventType":"a","metadata":{"a":"{{{new string('x', 66_000)}}}"}}"""),
            HttpStatusCode.RequestEntityTooLarge,
            "PAYLOAD_TOO_LARGE"
        );
    }

    [Fact]
    public async Task Metadata_of_fifty_members_and_items_in_all_is_taken() =>
        await TrackAsync("user-1", $$$"""{"eventType":"a","metadata":{"a":[{{{string.Join(',', Enumerable.Repeat('0', 48))}}}],"b":1}}""");

    [Fact]
    public async Task An_account_reports_sixty_events_a_minute_and_others_are_not_held_up()
    {
        var keyed = User("user-1");
        keyed.DefaultRequestHeaders.Add("Idempotency-Key", "the first");
        var first = await ReadAsync(await PostAsync(keyed, """{"eventType":"a"}"""), HttpStatusCode.Accepted);
        time.Advance(TimeSpan.FromSeconds(20));
        for (var i = 1; i < 60; i++)
            await TrackAsync("user-1", """{"eventType":"a"}""");
        using var refused = await PostAsync(User("user-1"), """{"eventType":"a"}""");
        await RefusedAsync(refused, HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Equal(TimeSpan.FromSeconds(40), refused.Headers.RetryAfter!.Delta);
        await TrackAsync("user-2", """{"eventType":"a"}""");
        // Answered from what is kept, so it is no further event.
        Assert.Equal(
            first.GetRawText(),
            (await ReadAsync(await PostAsync(keyed, """{"eventType":"a"}"""), HttpStatusCode.Accepted)).GetRawText()
        );

        time.Advance(TimeSpan.FromSeconds(40));
        await TrackAsync("user-1", """{"eventType":"a"}""");
        await RefusedAsync(await PostAsync(User("user-1"), """{"eventType":"a"}"""), HttpStatusCode.TooManyRequests, "RATE_LIMITED");
    }

    [Fact]
    public async Task An_account_reports_so_many_events_a_day()
    {
        await using var narrow = await ServiceHost.StartAsync(
            [new AnalyticsModule()],
            time,
            new Dictionary<string, string?> { ["TRACKED_EVENTS_PER_DAY"] = "2" }
        );
        await ReadAsync(await PostAsync(narrow.SignedIn("user-1", "user"), """{"eventType":"a"}"""), HttpStatusCode.Accepted);
        time.Advance(TimeSpan.FromHours(5));
        await ReadAsync(await PostAsync(narrow.SignedIn("user-1", "user"), """{"eventType":"a"}"""), HttpStatusCode.Accepted);
        using var refused = await PostAsync(narrow.SignedIn("user-1", "user"), """{"eventType":"a"}""");
        await RefusedAsync(refused, HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Equal(TimeSpan.FromHours(19), refused.Headers.RetryAfter!.Delta);
        time.Advance(TimeSpan.FromHours(19));
        await ReadAsync(await PostAsync(narrow.SignedIn("user-1", "user"), """{"eventType":"a"}"""), HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Staff_read_what_was_reported_newest_first_page_by_page()
    {
        await TrackAsync(
            "user-1",
            """{"eventType":"screen.opened","queueId":"queue-1","metadata":{"a":[1]},"timestamp":"2026-11-23T07:00:00Z"}"""
        );
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await TrackAsync($"user-{i}", $$"""{"eventType":"click.{{i}}"}""");
        }

        var page = await GetAsync(Operator, "/api/analytics/events?limit=3");
        Assert.Equal(["click.2", "click.1", "click.0"], Types(page));
        page = await GetAsync(Operator, "/api/analytics/events?limit=3&cursor=" + page.GetProperty("nextCursor").GetString());
        var first = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(
            """eventType":"screen.opened","queueId":"queue-1","userId":"user-1","metadata":{"a":[1]},"timestamp":"2026-11-23T07:00:00.000Z","receivedAt":"2026-11-23T08:00:00.000Z"}""",
            first.GetRawText()[first.GetRawText().IndexOf("eventType", StringComparison.Ordinal)..]
        );
        Assert.Equal(JsonValueKind.Null, page.GetProperty("nextCursor").ValueKind);
        Assert.Equal(
            ["click.1", "click.0"],
            Types(await GetAsync(Operator, "/api/analytics/events?from=2026-11-23T08:00:10Z&to=2026-11-23T08:00:30Z"))
        );
        Assert.Equal(["click.1", "screen.opened"], Types(await GetAsync(Operator, "/api/analytics/events?userId=user-1")));
        Assert.Equal(
            ["screen.opened"],
            Types(await GetAsync(Operator, "/api/analytics/events?queueId=queue-1&eventType=screen.opened&userId=user-1"))
        );
        await RefusedAsync(
            await User("user-1").GetAsync("/api/analytics/events?userId=user-1", Token),
            HttpStatusCode.Forbidden,
            "FORBIDDEN"
        );
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=bm9wZQ", "cursor")]
    [InlineData("from=2026-11-23", "from")]
    [InlineData("to=01/02/2026", "to")]
    public async Task A_wrong_question_for_what_was_reported_is_refused(string query, string field)
    {
        var problem = await RefusedAsync(
            await Operator.GetAsync("/api/analytics/events?" + query, Token),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task What_was_reported_is_gone_after_its_retention()
    {
        await using var own = await ServiceHost.StartAsync(
            [new AnalyticsModule()],
            time,
            new Dictionary<string, string?> { ["TRACKED_EVENTS_RETENTION"] = "2d" }
        );
        await ReadAsync(await PostAsync(own.SignedIn("user-1", "user"), """{"eventType":"old"}"""), HttpStatusCode.Accepted);
        time.Advance(TimeSpan.FromDays(1));
        await ReadAsync(await PostAsync(own.SignedIn("user-1", "user"), """{"eventType":"young"}"""), HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () =>
        {
            // A sweep looks at the clock once it gets there.
            if (time.GetUtcNow() < At.AddDays(2.5))
                time.Advance(TimeSpan.FromHours(1));
            return Types(await GetAsync(own.SignedIn("op", "operator"), "/api/analytics/events")) is ["young"];
        });
    }

    [Fact]
    public async Task Guests_report_nothing() =>
        await RefusedAsync(await PostAsync(host.Guest(), """{"eventType":"a"}"""), HttpStatusCode.Unauthorized, "UNAUTHENTICATED");

    [Fact]
    public async Task Switched_off_it_answers_and_records_nothing()
    {
        await using var off = await ServiceHost.StartAsync(
            [new AnalyticsModule()],
            time,
            new Dictionary<string, string?> { ["ENABLE_ANALYTICS"] = "false" }
        );
        var bus = off.Services.GetRequiredService<IEventPublisher>();
        var consumed = off.Deliveries.NextAsync<TicketCreated>();
        await bus.PublishAsync(Samples.Ticket("t", At, "user-1").Event(), Token);
        await bus.PublishAsync(Samples.Queue().Created(), Token);
        var staff = off.SignedIn("op", "operator");
        await Eventually.TrueAsync(async () => (await staff.GetAsync("/api/analytics/queue/queue-1", Token)).IsSuccessStatusCode);
        var tracked = await ReadAsync(await PostAsync(off.SignedIn("user-1", "user"), """{"eventType":"a"}"""), HttpStatusCode.Accepted);

        await consumed;
        Assert.Equal(0, Int(await GetAsync(staff, "/api/analytics/queue/queue-1"), "counts", "created"));
        Assert.Null(
            await off.Services.GetRequiredService<IAnalyticsStore>().FindTrackedAsync(tracked.GetProperty("id").GetString()!, Token)
        );
    }

    private HttpClient Operator => host.SignedIn("op", "operator");

    private IAnalyticsStore Store => host.Services.GetRequiredService<IAnalyticsStore>();

    private HttpClient User(string id) => host.SignedIn(id, "user");

    private async Task PublishAsync(params IEnumerable<IEvent> events)
    {
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var e in events)
            await bus.PublishAsync(e, Token);
    }

    private Task<JsonElement> FiguresAsync(Func<JsonElement, bool> expected) =>
        Eventually.GetAsync(
            async () =>
                JsonElement.Parse(await (await Operator.GetAsync("/api/analytics/queue/queue-1", Token)).Content.ReadAsStringAsync(Token)),
            f => f.TryGetProperty("counts", out _) && expected(f)
        );

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body) =>
        client.PostAsync("/api/analytics/track", new StringContent(body, Encoding.UTF8, "application/json"), Token);

    private async Task<JsonElement> TrackAsync(string userId, string body) =>
        await ReadAsync(await PostAsync(User(userId), body), HttpStatusCode.Accepted);

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) =>
        await ReadAsync(await client.GetAsync(path, Token), HttpStatusCode.OK);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Token)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static async Task<JsonElement> RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await ReadAsync(response, status);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }

    private static int Int(JsonElement element, string part, string name) => element.GetProperty(part).GetProperty(name).GetInt32();

    private static IReadOnlyList<string> Types(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("eventType").GetString()!)];

    private static List<string> Ids(JsonElement page) =>
        [.. page.GetProperty("tickets").EnumerateArray().Select(t => t.GetProperty("ticketId").GetString()!)];
}
