using System.Net;
using System.Text.Json;
using Ical.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Appointments.Tests;

public sealed class AppointmentsApiTests : IAsyncLifetime
{
    private const string Arrivals = "/api/appointments/arrivals";
    private const string Tuesday = "2026-03-03T10:00:00Z";

    private readonly FakeTimeProvider time = new(Some.Now);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Operator => host.SignedIn("op", Roles.Operator);

    private IAppointmentStore Store => host.Services.GetRequiredService<IAppointmentStore>();

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new AppointmentsModule()], time);
        await DefineAsync(Some.Queue());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_guest_books_reads_moves_and_cancels_with_the_token_alone()
    {
        var booked = await BookAsync(Tuesday);
        var (address, token) = ("/api/appointments/" + Text(booked, "id"), Text(booked, "token"));
        Assert.Equal("2026-03-03T10:20:00.000Z", Text(booked, "end"));
        Assert.Equal("booked", Text(booked, "status"));
        Assert.Equal(8, Text(booked, "code").Length);
        Assert.True(token.Length >= 32);

        var read = await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Get, address, token: token));
        Assert.Equal("Ada", Text(read, "customerName"));
        Assert.False(read.TryGetProperty("token", out _) || read.TryGetProperty("code", out _));
        var moved = await AnswerAsync(
            await SendAsync(host.Guest(), HttpMethod.Put, address, new { start = "2026-03-03T11:00:00Z", notes = "" }, token: token)
        );
        Assert.Equal(("2026-03-03T11:00:00.000Z", "Ada"), (Text(moved, "start"), Text(moved, "customerName")));
        Assert.Equal(JsonValueKind.Null, moved.GetProperty("notes").ValueKind);
        Assert.Equal(2, await LeftAsync(Tuesday));
        Assert.Equal(1, await LeftAsync("2026-03-03T11:00:00Z"));

        for (var repeat = 0; repeat < 2; repeat++)
            Assert.Equal(
                "cancelled",
                Text(await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Delete, address, token: token)), "status")
            );
        Assert.Equal(2, await LeftAsync("2026-03-03T11:00:00Z"));
        await RefusalAsync(
            await SendAsync(host.Guest(), HttpMethod.Put, address, new { start = Tuesday }, token: token),
            409,
            "INVALID_TRANSITION"
        );
    }

    [Fact]
    public async Task For_others_there_is_no_such_appointment()
    {
        var booked = await BookAsync(Tuesday);
        var address = "/api/appointments/" + Text(booked, "id");
        var foreign = Text(await BookAsync(Tuesday), "token");
        foreach (
            var (client, token) in new[]
            {
                (host.Guest(), null),
                (host.Guest(), foreign),
                (host.Guest(), "x"),
                (host.SignedIn("somebody", Roles.User), (string?)null),
                (host.SignedIn("elsewhere", Roles.Operator, "another-branch"), null),
            }
        )
        {
            await RefusalAsync(await SendAsync(client, HttpMethod.Get, address, token: token), 404, "APPOINTMENT_NOT_FOUND");
            await RefusalAsync(await SendAsync(client, HttpMethod.Get, address + ".ics", token: token), 404, "APPOINTMENT_NOT_FOUND");
            await RefusalAsync(
                await SendAsync(client, HttpMethod.Put, address, new { customerName = "Eve" }, token: token),
                404,
                "APPOINTMENT_NOT_FOUND"
            );
            await RefusalAsync(await SendAsync(client, HttpMethod.Delete, address, token: token), 404, "APPOINTMENT_NOT_FOUND");
        }

        Assert.Equal("Ada", Text(await AnswerAsync(await SendAsync(Operator, HttpMethod.Get, address)), "customerName"));
        var none = host.SignedIn("elsewhere", Roles.Operator, "another-branch");
        Assert.Equal(
            0,
            (await AnswerAsync(await SendAsync(none, HttpMethod.Get, "/api/appointments"))).GetProperty("items").GetArrayLength()
        );
        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Get, "/api/appointments"), 401, "UNAUTHENTICATED");
        await RefusalAsync(
            await SendAsync(
                none,
                HttpMethod.Post,
                "/api/appointments",
                new
                {
                    queueId = "q1",
                    start = Tuesday,
                    customerName = "Ada",
                }
            ),
            404,
            "QUEUE_NOT_FOUND"
        );
    }

    [Theory]
    [InlineData("2026-03-03T10:10:00Z", "must be the beginning of a slot, of those that GET /api/queues/{id}/slots lists")]
    [InlineData("2026-03-03T12:00:00Z", "must be the beginning of a slot, of those that GET /api/queues/{id}/slots lists")]
    [InlineData("2026-03-04T10:00:00Z", "must be the beginning of a slot, of those that GET /api/queues/{id}/slots lists")]
    [InlineData("2026-02-24T10:00:00Z", "must be in the future")]
    [InlineData("2026-03-02T09:30:00Z", "must be at least 3600 seconds from now")]
    [InlineData("2026-04-07T10:00:00Z", "must be within 30 days")]
    [InlineData("2026-03-03T10:00:00", "must be a time such as 2026-03-29T08:15:00Z (RFC 3339)")]
    [InlineData("tomorrow", "must be a time such as 2026-03-29T08:15:00Z (RFC 3339)")]
    [InlineData("", "is required")]
    public async Task A_time_that_cannot_be_booked_is_refused_with_the_rule_and_nothing_is_booked(string start, string rule)
    {
        var refusal = await RefusalAsync(
            await SendAsync(
                host.Guest(),
                HttpMethod.Post,
                "/api/appointments",
                new
                {
                    queueId = "q1",
                    start,
                    customerName = "Ada",
                }
            ),
            400,
            "VALIDATION_FAILED"
        );

        Assert.Equal(rule, refusal.GetProperty("errors").GetProperty("start")[0].GetString());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_hour_that_the_clocks_skip_is_refused_and_the_one_they_show_twice_is_booked_twice()
    {
        var nights = Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new TimeOnly(0, 0), new TimeOnly(5, 0))).ToList();
        await DefineAsync(Some.Queue("Europe/Berlin", places: 1, slotLength: 1800, hours: nights, version: 2));
        time.SetUtcNow(new DateTimeOffset(2026, 3, 20, 9, 0, 0, TimeSpan.Zero));
        var refusal = await RefusalAsync(await TryAsync("2026-03-29T02:30:00+01:00"), 400, "VALIDATION_FAILED");
        Assert.Equal(
            "must not be in the hour that the clocks skip on that day",
            refusal.GetProperty("errors").GetProperty("start")[0].GetString()
        );
        // The same instant, as the clocks show it.
        Assert.Equal("2026-03-29T01:30:00.000Z", Text(await BookAsync("2026-03-29T03:30:00+02:00"), "start"));

        time.SetUtcNow(new DateTimeOffset(2026, 10, 20, 9, 0, 0, TimeSpan.Zero));
        Assert.Equal("2026-10-25T00:30:00.000Z", Text(await BookAsync("2026-10-25T02:30:00+02:00"), "start"));
        Assert.Equal("2026-10-25T01:30:00.000Z", Text(await BookAsync("2026-10-25T02:30:00+01:00"), "start"));
        await RefusalAsync(await TryAsync("2026-10-25T02:30:00+01:00"), 409, "SLOT_TAKEN");
    }

    [Fact]
    public async Task What_else_is_wrong_is_refused_too()
    {
        await RefusalAsync(await TryAsync(Tuesday, queueId: "none"), 404, "QUEUE_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Get, "/api/queues/none/slots"), 404, "QUEUE_NOT_FOUND");
        await RefusalAsync(
            await SendAsync(host.Guest(), HttpMethod.Get, "/api/queues/q1/slots?from=2026-03-03T00:00:00Z&to=2026-04-04T00:00:00Z"),
            400,
            "VALIDATION_FAILED"
        );
        await RefusalAsync(await SendAsync(Operator, HttpMethod.Get, "/api/appointments?status=lost"), 400, "VALIDATION_FAILED");
        await RefusalAsync(await SendAsync(Operator, HttpMethod.Get, "/api/appointments?cursor=bm9uZQ"), 400, "VALIDATION_FAILED");
        await DefineAsync(
            Some.Queue(closures: [new QueueClosure { FirstDay = new DateOnly(2026, 3, 3), LastDay = new DateOnly(2026, 3, 3) }], version: 2)
        );
        await RefusalAsync(await TryAsync(Tuesday), 409, "QUEUE_CLOSED");
        await DefineAsync(Some.Queue(version: 3) with { Booking = null });
        await RefusalAsync(await TryAsync(Tuesday), 400, "VALIDATION_FAILED");
        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Get, "/api/queues/q1/slots"), 400, "VALIDATION_FAILED");
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_repeat_under_the_same_key_books_nothing_more()
    {
        const string Key = "0123456789abcdef";
        var first = await BookAsync(Tuesday, key: Key);
        var again = await BookAsync(Tuesday, key: Key);

        Assert.Equal((Text(first, "id"), Text(first, "token")), (Text(again, "id"), Text(again, "token")));
        Assert.Single(await ListAsync());
        await RefusalAsync(await TryAsync("2026-03-03T10:20:00Z", key: Key), 409, "IDEMPOTENCY_KEY_REUSED");
    }

    [Fact]
    public async Task Hours_that_change_drop_nobody_and_show_whom_they_hit()
    {
        var stays = await BookAsync("2026-03-03T11:00:00Z");
        var hit = await BookAsync(Tuesday);
        Assert.Empty(await ListAsync("outsideHours=true"));

        await DefineAsync(Some.Queue(hours: [new OpeningInterval(WeekDay.Tuesday, new TimeOnly(11, 0), new TimeOnly(12, 0))], version: 2));

        Assert.Equal([Text(hit, "id")], (await ListAsync("outsideHours=true")).Select(a => Text(a, "id")));
        Assert.Equal([true, false], (await ListAsync()).Select(a => a.GetProperty("outsideHours").GetBoolean()));
        Assert.Equal("booked", Text((await ListAsync())[0], "status"));

        var closure = new QueueClosure { From = Some.Slot(70).Start, To = Some.Slot(75).Start };
        await DefineAsync(Some.Queue(closures: [closure], version: 3));
        Assert.Equal([Text(stays, "id")], (await ListAsync("outsideHours=true&limit=1")).Select(a => Text(a, "id")));

        await AnswerAsync(
            await SendAsync(Operator, HttpMethod.Put, "/api/appointments/" + Text(stays, "id"), new { start = "2026-03-03T11:20:00Z" })
        );
        Assert.Empty(await ListAsync("outsideHours=true"));
    }

    [Fact]
    public async Task Who_does_not_come_is_missed_when_it_is_too_late_to()
    {
        var booked = await BookAsync(Tuesday);
        var sweeper = host.Services.GetRequiredService<AppointmentSweeper>();
        time.SetUtcNow(Some.Slot().Start.AddSeconds(600));
        await sweeper.SweepAsync(Token);
        Assert.Equal("booked", Text((await ListAsync())[0], "status"));

        time.SetUtcNow(Some.Slot().Start.AddSeconds(601));
        await sweeper.SweepAsync(Token);

        Assert.Equal([Text(booked, "id")], (await ListAsync("status=no_show")).Select(a => Text(a, "id")));
        await RefusalAsync(await ArriveAsync(new { id = Text(booked, "id") }, Text(booked, "token")), 409, "INVALID_TRANSITION");
        await RefusalAsync(await ArriveAsync(new { code = Text(booked, "code") }), 409, "INVALID_TRANSITION");
    }

    [Fact]
    public async Task One_may_arrive_from_so_long_before_to_so_long_after_the_time()
    {
        var booked = await BookAsync(Tuesday);
        var (id, token, code) = (Text(booked, "id"), Text(booked, "token"), Text(booked, "code"));
        time.SetUtcNow(Some.Slot().Start.AddSeconds(-901));
        Assert.Contains(
            "from 2026-03-03 09:45 on",
            Text(await RefusalAsync(await ArriveAsync(new { id }, token), 409, "INVALID_TRANSITION"), "detail"),
            StringComparison.Ordinal
        );
        var early = await RefusalAsync(await ArriveAsync(new { code }), 409, "INVALID_TRANSITION");
        Assert.Equal(
            ("2026-03-03T09:45:00.000Z", "2026-03-03T10:10:00.000Z", "UTC"),
            (Text(early, "arriveFrom"), Text(early, "arriveUntil"), Text(early, "timeZone"))
        );
        var view = await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Get, "/api/appointments/" + id, token: token));
        Assert.Equal(("2026-03-03T09:45:00.000Z", "2026-03-03T10:10:00.000Z"), (Text(view, "arriveFrom"), Text(view, "arriveUntil")));
        Assert.Equal(JsonValueKind.Null, view.GetProperty("arrivedAt").ValueKind);
        foreach (var seconds in (int[])[-900, 0, 600])
        {
            time.SetUtcNow(Some.Slot().Start.AddSeconds(seconds));
            var arrival = await AnswerAsync(await ArriveAsync(new { id }, token));
            Assert.Equal((id, "q1", "Ada"), (Text(arrival, "id"), Text(arrival, "queueId"), Text(arrival, "customerName")));
            Assert.Equal(
                ("2026-03-03T10:00:00.000Z", 2),
                (Text(arrival.GetProperty("turn"), "at"), arrival.GetProperty("turn").GetProperty("inARow").GetInt32())
            );
        }

        Assert.Equal(id, Text(await AnswerAsync(await ArriveAsync(new { code = $" {code[..4]}-{code[4..].ToLowerInvariant()}" })), "id"));
        Assert.Equal(id, Text(await AnswerAsync(await SendAsync(Operator, HttpMethod.Post, Arrivals, new { id })), "id"));
        time.SetUtcNow(Some.Slot().Start.AddSeconds(601));
        var late = await RefusalAsync(await ArriveAsync(new { id }, token), 409, "INVALID_TRANSITION");
        Assert.Equal("2026-03-03T10:10:00.000Z", Text(late, "arriveUntil"));
        await RefusalAsync(await ArriveAsync(new { id }, "guessed"), 404, "APPOINTMENT_NOT_FOUND");
        await RefusalAsync(await ArriveAsync(new { }), 400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Who_guesses_codes_has_to_wait_wherever_they_are_and_others_have_not()
    {
        var code = Text(await BookAsync(Tuesday), "code");
        time.SetUtcNow(Some.Slot().Start);
        for (var guess = 0; guess < CodeGuesses.PerMinute; guess++)
            await RefusalAsync(await ArriveAsync(new { code = $"GUESSED{guess}" }, from: "203.0.113.7"), 404, "APPOINTMENT_NOT_FOUND");
        await RefusalAsync(await ArriveAsync(new { code }, from: "203.0.113.7"), 429, "RATE_LIMITED");
        await AnswerAsync(await ArriveAsync(new { code }, from: "203.0.113.8"));
        time.Advance(TimeSpan.FromMinutes(1));
        await AnswerAsync(await ArriveAsync(new { code }, from: "203.0.113.7"));
    }

    [Fact]
    public async Task Who_is_told_that_the_line_is_behind_may_come_so_much_later()
    {
        var booked = await BookAsync(Tuesday);
        var (id, token) = (Text(booked, "id"), Text(booked, "token"));
        var start = Some.Slot().Start;
        time.SetUtcNow(start.AddMinutes(-30));
        await SayAsync(14 * 60, start);
        await SayAsync(40 * 60, start.AddMinutes(20));
        await SayAsync(40 * 60, start, time.GetUtcNow().AddMinutes(-6));
        Assert.Equal(0, await BehindAsync());

        // Whole five minutes are told, and more of it when it is fifteen more.
        await SayAsync(19 * 60, start);
        Assert.Equal(900, await BehindAsync());
        await SayAsync(29 * 60, start);
        await SayAsync(5 * 60, start);
        Assert.Equal(900, await BehindAsync());
        await SayAsync(30 * 60, start);
        await SayAsync(30 * 60, start);
        Assert.Equal(1800, await BehindAsync());
        Assert.Equal(3, (await ListAsync())[0].GetProperty("version").GetInt32());

        time.SetUtcNow(start.AddSeconds(600 + 1800));
        await host.Services.GetRequiredService<AppointmentSweeper>().SweepAsync(Token);
        await AnswerAsync(await ArriveAsync(new { id }, token));
        time.SetUtcNow(start.AddSeconds(600 + 1801));
        await RefusalAsync(await ArriveAsync(new { id }, token), 409, "INVALID_TRANSITION");
        await host.Services.GetRequiredService<AppointmentSweeper>().SweepAsync(Token);
        Assert.Equal("no_show", Text((await ListAsync())[0], "status"));
        await SayAsync(90 * 60, start);
        Assert.Equal(1800, await BehindAsync());

        Task SayAsync(int seconds, DateTimeOffset of, DateTimeOffset? at = null) =>
            host
                .Services.GetRequiredService<DelayDesk>()
                .HearAsync(
                    new AppointmentsDelayed
                    {
                        EventId = Guid.CreateVersion7(),
                        OccurredAt = at ?? time.GetUtcNow(),
                        QueueId = "q1",
                        Delays = [new AppointmentDelay { Start = of, Seconds = seconds }],
                    },
                    Token
                );

        async Task<int> BehindAsync() => (await ListAsync())[0].GetProperty("behind").GetInt32();
    }

    [Fact]
    public async Task What_became_of_the_ticket_became_of_the_appointment_in_whatever_order_it_is_told()
    {
        var booked = await BookAsync(Tuesday);
        var id = Text(booked, "id");
        var arrivals = host.Services.GetRequiredService<ArrivalDesk>();
        var at = Some.Slot().Start;
        time.SetUtcNow(at.AddMinutes(5));

        await TellAsync(TicketStatus.Waiting, at);
        Assert.Equal(("arrived", id), await StandingAsync());
        await TellAsync(TicketStatus.NoShow, at.AddMinutes(2));
        await TellAsync(TicketStatus.Waiting, at);
        Assert.Equal(("no_show", id), await StandingAsync());
        await TellAsync(TicketStatus.Waiting, at.AddMinutes(3));
        Assert.Equal(("arrived", id), await StandingAsync());
        await TellAsync(TicketStatus.Waiting, at.AddMinutes(4), "successor");
        Assert.Equal(("arrived", "successor"), await StandingAsync());
        await TellAsync(TicketStatus.Served, at.AddMinutes(5), "successor");
        await TellAsync(TicketStatus.Transferred, at.AddMinutes(4));
        Assert.Equal(("served", "successor"), await StandingAsync());
        await TellAsync(TicketStatus.Cancelled, at.AddMinutes(9), appointment: false);
        Assert.Equal(("served", "successor"), await StandingAsync());
        var last = (await ListAsync())[0];
        Assert.Equal("2026-03-03T10:00:00.000Z", Text(last, "arrivedAt"));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("arriveFrom").ValueKind);

        async Task<(string, string)> StandingAsync()
        {
            var standing = (await ListAsync())[0];
            return (Text(standing, "status"), Text(standing, "ticketId"));
        }

        Task TellAsync(TicketStatus status, DateTimeOffset when, string? ticketId = null, bool appointment = true) =>
            arrivals.FollowAsync(
                new TicketCreated
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = when,
                    TicketId = ticketId ?? id,
                    QueueId = "q1",
                    Version = 1,
                    Ticket = new TicketState
                    {
                        Id = ticketId ?? id,
                        VisitId = id,
                        TicketNumber = "A-1",
                        QueueId = "q1",
                        QueueName = "Passports",
                        ServiceDay = new DateOnly(2026, 3, 3),
                        Status = status,
                        AppointmentAt = appointment ? at : null,
                        CreatedAt = at,
                        QueuedAt = at,
                        Version = 1,
                    },
                },
                Token
            );
    }

    [Fact]
    public async Task Shortly_before_its_time_staff_alone_change_it()
    {
        var booked = await BookAsync(Tuesday);
        var (address, token) = ("/api/appointments/" + Text(booked, "id"), Text(booked, "token"));
        time.SetUtcNow(Some.Slot().Start.AddSeconds(-1799));

        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Delete, address, token: token), 409, "INVALID_TRANSITION");
        await RefusalAsync(
            await SendAsync(Operator, HttpMethod.Put, address, new { customerName = "Bob" }, ifMatch: "W/\"7\""),
            412,
            "VERSION_CONFLICT"
        );
        Assert.Equal("cancelled", Text(await AnswerAsync(await SendAsync(Operator, HttpMethod.Delete, address + "?reason=ill")), "status"));
    }

    [Fact]
    public async Task Strangers_of_one_network_book_so_many_and_no_more()
    {
        await using var strict = await ServiceHost.StartAsync(
            [new AppointmentsModule()],
            time,
            new Dictionary<string, string?> { ["GUEST_PLACES_PER_NETWORK"] = "2", ["GUEST_JOINS_PER_MINUTE"] = "3" }
        );
        await strict.Services.GetRequiredService<IAppointmentStore>().SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue(places: 9)), Token);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
            statuses.Add((await BookFromAsync("203.0.113.7")).StatusCode);

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests],
            statuses
        );
        using var limited = await BookFromAsync("203.0.113.7");
        Assert.NotNull(limited.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Created, (await BookFromAsync("203.0.113.8")).StatusCode);

        Task<HttpResponseMessage> BookFromAsync(string address)
        {
            var guest = strict.Guest();
            guest.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return SendAsync(
                guest,
                HttpMethod.Post,
                "/api/appointments",
                new
                {
                    queueId = "q1",
                    start = Tuesday,
                    customerName = "Ada",
                }
            );
        }
    }

    [Fact]
    public async Task A_time_is_held_for_a_while_in_no_list_and_booked_once_who_comes_is_said()
    {
        var held = await HoldAsync(Tuesday);
        var (id, token) = (Text(held, "id"), Text(held, "token"));
        Assert.Equal(("held", "2026-03-02T09:05:00.000Z"), (Text(held, "status"), Text(held, "heldUntil")));
        Assert.False(held.TryGetProperty("code", out _));
        Assert.Equal(1, await LeftAsync(Tuesday));
        Assert.Empty(await ListAsync());
        var address = "/api/appointments/" + id;
        Assert.Equal("held", Text(await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Get, address, token: token)), "status"));
        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Get, address + ".ics", token: token), 404, "APPOINTMENT_NOT_FOUND");
        await RefusalAsync(
            await SendAsync(host.Guest(), HttpMethod.Put, address, new { start = "2026-03-03T11:00:00Z" }, token: token),
            409,
            "INVALID_TRANSITION"
        );
        await RefusalAsync(await ArriveAsync(new { id }, token), 409, "INVALID_TRANSITION");
        await RefusalAsync(await ConfirmAsync(id, token, name: ""), 400, "VALIDATION_FAILED");
        await RefusalAsync(await ConfirmAsync(id, "guessed"), 404, "APPOINTMENT_NOT_FOUND");
        var other = Text(await BookAsync("2026-03-03T10:20:00Z"), "token");
        await RefusalAsync(await ConfirmAsync(id, other), 404, "APPOINTMENT_NOT_FOUND");

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        const string Key = "0123456789abcdef";
        var booked = await AnswerAsync(await ConfirmAsync(id, token, key: Key));
        Assert.Equal(
            ("booked", "Ada", Tuesday[..^1] + ".000Z"),
            (Text(booked, "status"), Text(booked, "customerName"), Text(booked, "start"))
        );
        Assert.Equal(8, Text(booked, "code").Length);
        Assert.False(booked.TryGetProperty("heldUntil", out _));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(booked.ToString(), (await AnswerAsync(await ConfirmAsync(id, token, key: Key))).ToString());
        var repeated = await AnswerAsync(await ConfirmAsync(id, token));
        Assert.Equal((2, "booked"), (repeated.GetProperty("version").GetInt32(), Text(repeated, "status")));
        await RefusalAsync(await ConfirmAsync(id, token, name: "Eve"), 409, "INVALID_TRANSITION");
        await RefusalAsync(await ConfirmAsync(id, token, name: "Eve", key: Key), 409, "IDEMPOTENCY_KEY_REUSED");
        Assert.Equal([id], (await ListAsync("to=2026-03-03T10:10:00Z")).Select(a => Text(a, "id")));
        Assert.Equal(1, await LeftAsync(Tuesday));
        time.SetUtcNow(Some.Slot().Start);
        Assert.Equal(id, Text(await AnswerAsync(await ArriveAsync(new { code = Text(booked, "code") })), "id"));
    }

    [Fact]
    public async Task What_is_held_is_said_of_nobody()
    {
        var body = new
        {
            queueId = "q1",
            start = Tuesday,
            hold = true,
            customerName = "Ada",
            language = "en",
        };
        var refusal = await RefusalAsync(
            await SendAsync(host.Guest(), HttpMethod.Post, "/api/appointments", body),
            400,
            "VALIDATION_FAILED"
        );
        Assert.Equal(["customerName", "language"], refusal.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.Equal(2, await LeftAsync(Tuesday));
    }

    [Fact]
    public async Task A_place_that_was_not_confirmed_in_time_is_anyones_before_it_is_swept_and_after()
    {
        await host.DisposeAsync();
        host = await ServiceHost.StartAsync(
            [new AppointmentsModule()],
            time,
            new Dictionary<string, string?> { ["APPOINTMENT_SWEEP_INTERVAL"] = "1d" }
        );
        await DefineAsync(Some.Queue(places: 1, version: 2));
        var (first, second) = (await HoldAsync(Tuesday), await HoldAsync("2026-03-03T10:20:00Z"));
        await RefusalAsync(await TryAsync(Tuesday), 409, "SLOT_TAKEN");

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await LeftAsync(Tuesday));
        await RefusalAsync(await ConfirmAsync(Text(first, "id"), Text(first, "token")), 409, "HOLD_EXPIRED");
        Assert.Equal(1, await LeftAsync(Tuesday));
        await BookAsync(Tuesday);
        await RefusalAsync(await ConfirmAsync(Text(first, "id"), Text(first, "token")), 409, "HOLD_EXPIRED");

        await host.Services.GetRequiredService<AppointmentSweeper>().SweepAsync(Token);
        await RefusalAsync(await ConfirmAsync(Text(second, "id"), Text(second, "token")), 409, "HOLD_EXPIRED");
        var moved = await BookAsync("2026-03-03T10:40:00Z");
        await AnswerAsync(
            await SendAsync(Operator, HttpMethod.Put, "/api/appointments/" + Text(moved, "id"), new { start = "2026-03-03T10:20:00Z" })
        );
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Who_gives_a_held_place_back_frees_it_at_once_also_when_it_is_too_late_to_cancel()
    {
        await DefineAsync(Some.Queue(places: 1, version: 2));
        time.SetUtcNow(Some.Slot(-61).Start);
        var held = await HoldAsync(Tuesday);
        // Later than `latest` before it, for as long as it is held.
        time.SetUtcNow(Some.Slot(-57).Start);
        await DefineAsync(Some.Queue(places: 1, version: 3) with { Booking = Some.Queue(places: 1).Booking! with { Latest = 7200 } });
        var address = "/api/appointments/" + Text(held, "id");

        for (var repeat = 0; repeat < 2; repeat++)
            Assert.Equal(
                "cancelled",
                Text(await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Delete, address, token: Text(held, "token"))), "status")
            );

        await RefusalAsync(await ConfirmAsync(Text(held, "id"), Text(held, "token")), 409, "HOLD_EXPIRED");
        Assert.Empty(await ListAsync("status=cancelled"));
        Assert.Equal(
            "held",
            Text(
                await AnswerAsync(await SendAsync(Operator, HttpMethod.Post, "/api/appointments", Hold(Tuesday)), HttpStatusCode.Created),
                "status"
            )
        );
    }

    [Fact]
    public async Task A_time_is_held_no_longer_than_until_it_begins()
    {
        time.SetUtcNow(Some.Slot(-1).Start);

        var held = await AnswerAsync(
            await SendAsync(Operator, HttpMethod.Post, "/api/appointments", Hold(Tuesday)),
            HttpStatusCode.Created
        );

        Assert.Equal(Text(held, "start"), Text(held, "heldUntil"));
    }

    [Fact]
    public async Task A_restart_forgets_no_hold_and_ends_it_in_time()
    {
        using var folder = new TemporaryFolder();
        JsonElement kept,
            lost;
        await using (var before = await ServiceHost.StartAsync([new AppointmentsModule()], time, Short, folder: folder))
        {
            await before
                .Services.GetRequiredService<IAppointmentStore>()
                .SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue(places: 2)), Token);
            (kept, lost) = (await HoldAsync(Tuesday, before), await HoldAsync(Tuesday, before));
            Assert.Equal("2026-03-02T09:01:30.000Z", Text(kept, "heldUntil"));
        }

        await using var after = await ServiceHost.StartAsync([new AppointmentsModule()], time, Short, folder: folder);
        var store = after.Services.GetRequiredService<IAppointmentStore>();
        await AnswerAsync(await ConfirmAsync(Text(kept, "id"), Text(kept, "token"), host: after));
        time.Advance(TimeSpan.FromSeconds(90));
        await after.Services.GetRequiredService<AppointmentSweeper>().SweepAsync(Token);

        Assert.Equal(1, Assert.Single(await store.TakenAsync("q1", Some.Slot().Start, Some.Slot().End, Token)).Place);
        Assert.Equal(AppointmentStatus.Cancelled, (await store.FindAsync(Text(lost, "id"), Token))!.Status);
        Assert.Equal(AppointmentStatus.Booked, (await store.FindAsync(Text(kept, "id"), Token))!.Status);
    }

    [Fact]
    public async Task Strangers_of_one_network_hold_as_many_as_they_may_book_and_no_more()
    {
        await using var strict = await ServiceHost.StartAsync(
            [new AppointmentsModule()],
            time,
            new Dictionary<string, string?> { ["GUEST_PLACES_PER_NETWORK"] = "2", ["GUEST_JOINS_PER_MINUTE"] = "3" }
        );
        await strict.Services.GetRequiredService<IAppointmentStore>().SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue(places: 9)), Token);
        var held = new List<JsonElement>();
        for (var i = 0; i < 2; i++)
            held.Add(await AnswerAsync(await HoldFromAsync(), HttpStatusCode.Created));
        await RefusalAsync(await HoldFromAsync(), 429, "RATE_LIMITED");

        await AnswerAsync(await ConfirmAsync(Text(held[0], "id"), Text(held[0], "token"), host: strict));
        time.Advance(TimeSpan.FromMinutes(4));
        await RefusalAsync(await HoldFromAsync(), 429, "RATE_LIMITED");
        time.Advance(TimeSpan.FromMinutes(1));
        await AnswerAsync(await HoldFromAsync(), HttpStatusCode.Created);
        await RefusalAsync(await HoldFromAsync(), 429, "RATE_LIMITED");
        await RefusalAsync(await HoldFromAsync(), 429, "RATE_LIMITED");
        using var limited = await HoldFromAsync();
        Assert.NotNull(limited.Headers.RetryAfter);

        Task<HttpResponseMessage> HoldFromAsync()
        {
            var guest = strict.Guest();
            guest.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
            return SendAsync(guest, HttpMethod.Post, "/api/appointments", Hold(Tuesday));
        }
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-28T10:00:00")]
    [InlineData("Europe/Berlin", "2026-03-29T08:00:00Z", "2026-03-29T10:00:00")]
    [InlineData("Australia/Sydney", "2026-04-03T23:00:00Z", "2026-04-04T10:00:00")]
    [InlineData("Australia/Sydney", "2026-04-05T00:00:00Z", "2026-04-05T10:00:00")]
    public async Task A_calendar_gets_the_right_hour_on_both_sides_of_a_switch_and_the_same_event_until_it_is_cancelled(
        string zone,
        string start,
        string local
    )
    {
        var days = Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new TimeOnly(10, 0), new TimeOnly(12, 0))).ToList();
        await DefineAsync(Some.Queue(zone, hours: days, version: 2));
        time.SetUtcNow(new DateTimeOffset(2026, 3, 20, 9, 0, 0, TimeSpan.Zero));
        var booked = await BookAsync(start);
        var address = "/api/appointments/" + Text(booked, "id");

        var first = await CalendarAsync(address, "REQUEST");
        var told = Assert.Single(first.Events);
        Assert.Equal("REQUEST", first.Method);
        Assert.Equal((Text(booked, "id") + "@smartqueue", 0, "Passports"), (told.Uid, told.Sequence, told.Summary));
        Assert.Equal(zone, told.Start!.TzId);
        Assert.Equal(local, told.Start.Value.ToString("s"));
        Assert.Equal(DateTimeOffset.Parse(start, null).UtcDateTime, told.Start.AsUtc);
        Assert.Equal(TimeSpan.FromMinutes(20), told.End!.AsUtc - told.Start.AsUtc);
        Assert.Contains(first.TimeZones, z => z.TzId == zone);

        await AnswerAsync(await SendAsync(Operator, HttpMethod.Delete, address));
        var last = await CalendarAsync(address, "CANCEL");
        Assert.Equal(("CANCEL", "CANCELLED"), (last.Method, last.Events[0]!.Status));
        Assert.Equal((told.Uid, 1), (last.Events[0]!.Uid, last.Events[0]!.Sequence));
    }

    [Theory]
    [InlineData("SMTP_FROM", "Registro <registro@example.org>", "mailto:registro@example.org")]
    [InlineData("SMTP_URL", "smtp://desk%40example.org:secret@mail.example.org", "mailto:desk@example.org")]
    [InlineData("SMTP_URL", "smtp://mail.example.org", "mailto:smartqueue@mail.example.org")]
    [InlineData("PUBLIC_URL", "https://queue.example.org/", "https://queue.example.org/")]
    public async Task Who_invites_is_who_the_mail_of_it_is_from_and_without_mail_the_place_it_comes_from(
        string setting,
        string value,
        string organizer
    )
    {
        await using var mailing = await ServiceHost.StartAsync(
            [new AppointmentsModule()],
            time,
            new Dictionary<string, string?> { [setting] = value }
        );
        await mailing.Services.GetRequiredService<IAppointmentStore>().SaveQueueAsync(new QueueCopy("q1", 1, Some.Queue()), Token);
        var staff = mailing.SignedIn("op", Roles.Operator);
        var booked = await AnswerAsync(
            await SendAsync(
                staff,
                HttpMethod.Post,
                "/api/appointments",
                new
                {
                    queueId = "q1",
                    start = Tuesday,
                    customerName = "Ada",
                }
            ),
            HttpStatusCode.Created
        );

        using var answer = await SendAsync(staff, HttpMethod.Get, $"/api/appointments/{Text(booked, "id")}.ics");
        Assert.Contains($"ORGANIZER;CN=Passports:{organizer}\r\n", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<Calendar> CalendarAsync(string address, string method)
    {
        using var answer = await SendAsync(Operator, HttpMethod.Get, address + ".ics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"text/calendar; charset=utf-8; method={method}", answer.Content.Headers.ContentType!.ToString());
        return Calendar.Load(await answer.Content.ReadAsStringAsync(Token))!;
    }

    private Task<HttpResponseMessage> ArriveAsync(object body, string? token = null, string? from = null)
    {
        var guest = host.Guest();
        if (from is not null)
            guest.DefaultRequestHeaders.Add("X-Forwarded-For", from);
        return SendAsync(guest, HttpMethod.Post, Arrivals, body, token: token);
    }

    private Task DefineAsync(QueueDefinition queue) => Store.SaveQueueAsync(new QueueCopy(queue.Id, queue.Version, queue), Token);

    private Task<HttpResponseMessage> TryAsync(string start, string queueId = "q1", string? key = null) =>
        SendAsync(
            host.Guest(),
            HttpMethod.Post,
            "/api/appointments",
            new
            {
                queueId,
                start,
                customerName = "Ada",
                notes = "Stairs",
            },
            key: key
        );

    private static Dictionary<string, string?> Short => new() { ["APPOINTMENT_HOLD"] = "90s" };

    private static object Hold(string start) =>
        new
        {
            queueId = "q1",
            start,
            hold = true,
        };

    private async Task<JsonElement> HoldAsync(string start, ServiceHost? at = null) =>
        await AnswerAsync(await SendAsync((at ?? host).Guest(), HttpMethod.Post, "/api/appointments", Hold(start)), HttpStatusCode.Created);

    private Task<HttpResponseMessage> ConfirmAsync(
        string id,
        string? token,
        string name = "Ada",
        string? key = null,
        ServiceHost? host = null
    ) =>
        SendAsync(
            (host ?? this.host).Guest(),
            HttpMethod.Post,
            $"/api/appointments/{id}/confirm",
            new { customerName = name, email = "ada@example.com" },
            token: token,
            key: key
        );

    private async Task<JsonElement> BookAsync(string start, string? key = null) =>
        await AnswerAsync(await TryAsync(start, key: key), HttpStatusCode.Created);

    private async Task<List<JsonElement>> ListAsync(string query = "") =>
        [
            .. (await AnswerAsync(await SendAsync(Operator, HttpMethod.Get, "/api/appointments?" + query)))
                .GetProperty("items")
                .EnumerateArray(),
        ];

    private async Task<int> LeftAsync(string start)
    {
        var slots = await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Get, "/api/queues/q1/slots"));
        return slots
            .GetProperty("items")
            .EnumerateArray()
            .Single(s => s.GetProperty("start").GetDateTimeOffset() == DateTimeOffset.Parse(start, null))
            .GetProperty("left")
            .GetInt32();
    }
}
