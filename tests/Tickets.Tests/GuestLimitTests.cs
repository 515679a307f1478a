using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using static SmartQueue.Tickets.Tests.TicketsHost;

namespace SmartQueue.Tickets.Tests;

/// <summary>What strangers may do to a line, and what staff do about it.</summary>
public sealed class GuestLimitTests
{
    private static readonly Dictionary<string, string?> FewPlaces = new()
    {
        ["GUEST_PLACES_PER_NETWORK"] = "3",
        ["GUEST_JOINS_PER_MINUTE"] = "0",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guests_of_one_network_hold_a_few_places_of_a_queue_and_leave_the_rest_to_others()
    {
        await using var host = await StartAsync(settings: FewPlaces);
        await host.DefineAsync(Some.Queue("q2"));
        var mine = await host.TakeAsync(host.GuestAt("2001:db8:1:2::1"));
        await host.TakeAsync(host.GuestAt("2001:db8:1:2::2"));
        await host.TakeAsync(host.GuestAt("2001:db8:1:2:ffff::3"));

        var refused = await TryTakeAsync(host.GuestAt("2001:db8:1:2::4"));
        Assert.NotNull(refused.Headers.RetryAfter);
        var problem = await RefusalAsync(refused, 429, "RATE_LIMITED");
        Assert.EndsWith("ask at the counter.", Text(problem, "error"), StringComparison.Ordinal);

        await host.TakeAsync(host.GuestAt("2001:db8:1:3::1"));
        await host.TakeAsync(host.GuestAt("2001:db8:1:2::4"), new { queueId = "q2" });
        await host.TakeAsync(host.Operator);
        for (var i = 0; i < 5; i++)
            await host.TakeAsync();
        await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Delete, $"/api/tickets/{Text(mine, "id")}", token: Text(mine, "trackingToken"))
        );
        await host.TakeAsync(host.GuestAt("2001:db8:1:2::4"));
        await RefusalAsync(await TryTakeAsync(host.GuestAt("2001:db8:1:2::4")), 429, "RATE_LIMITED");
    }

    [Fact]
    public async Task Guests_of_one_network_join_a_few_times_a_minute()
    {
        await using var host = await StartAsync(
            settings: new Dictionary<string, string?> { ["GUEST_JOINS_PER_MINUTE"] = "2", ["GUEST_PLACES_PER_NETWORK"] = "0" }
        );
        var guest = host.GuestAt("203.0.113.7");
        var key = Guid.CreateVersion7().ToString();
        await host.TakeAsync(guest, key: key);
        await host.TakeAsync(guest, key: key);
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await host.TakeAsync(guest);
        var refused = await TryTakeAsync(guest);
        Assert.Equal(TimeSpan.FromSeconds(40), refused.Headers.RetryAfter!.Delta);
        await RefusalAsync(refused, 429, "RATE_LIMITED");
        await host.TakeAsync(host.GuestAt("203.0.113.8"));
        host.Time.Advance(TimeSpan.FromSeconds(40));
        await host.TakeAsync(guest);
        await RefusalAsync(await TryTakeAsync(guest), 429, "RATE_LIMITED");
        Assert.Equal(4, (await host.Store.OpenAsync("q1", Token)).Count);
    }

    [Fact]
    public void Networks_that_joined_long_ago_are_forgotten()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Some.Noon);
        var joins = new GuestJoins(new TicketsOptions(default, default, 0, 2, null, null), time);
        for (var n = 0; n < 100; n++)
            joins.Count("q1", $"203.0.113.{n}");
        Assert.Equal(100, joins.Networks);
        time.Advance(TimeSpan.FromMinutes(1));
        joins.Count("q1", "203.0.113.1");
        Assert.Equal(1, joins.Networks);
    }

    [Fact]
    public async Task Where_the_limits_are_off_or_the_house_itself_asks_there_are_none()
    {
        await using var off = await StartAsync(
            settings: new Dictionary<string, string?> { ["GUEST_JOINS_PER_MINUTE"] = "0", ["GUEST_PLACES_PER_NETWORK"] = "0" }
        );
        for (var i = 0; i < 40; i++)
            await off.TakeAsync(off.GuestAt("203.0.113.7"));
        await using var hall = await StartAsync(
            settings: new Dictionary<string, string?> { ["HALL_NETWORKS"] = "203.0.113.0/24", ["GUEST_PLACES_PER_NETWORK"] = "1" }
        );
        for (var i = 0; i < 40; i++)
            await hall.TakeAsync(hall.GuestAt("203.0.113.7"));
        await hall.TakeAsync(hall.GuestAt("198.51.100.7"));
        await RefusalAsync(await TryTakeAsync(hall.GuestAt("198.51.100.7")), 429, "RATE_LIMITED");
    }

    [Fact]
    public async Task A_network_is_kept_while_its_ticket_is_open_and_shown_to_nobody()
    {
        await using var host = await StartAsync();
        var id = Text(await host.TakeAsync(host.GuestAt("203.0.113.7")), "id");
        Assert.Equal("203.0.113.7", (await host.Store.FindAsync(id, Token))!.Network);
        var shown = await (await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{id}")).Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("203.0.113.7", shown, StringComparison.Ordinal);
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Delete, $"/api/tickets/{id}"));
        Assert.Null((await host.Store.FindAsync(id, Token))!.Network);
    }

    [Fact]
    public async Task A_phone_number_has_one_ticket_in_a_queue_however_it_is_written_and_whoever_takes_it_outside_the_house()
    {
        await using var host = await StartAsync();
        Assert.Equal(
            "+34600123456",
            Text(await host.TakeAsync(host.GuestAt("203.0.113.7"), new { queueId = "q1", phone = "+34 600 123 456" }), "phone")
        );
        foreach (var client in new[] { host.GuestAt("198.51.100.7"), host.User("u1"), host.Operator })
            await RefusalAsync(
                await TryTakeAsync(client, new { queueId = "q1", phone = "\u202a(+34) 600-123-456\u202c" }),
                409,
                "ALREADY_IN_QUEUE"
            );
        await RefusalAsync(await TryTakeAsync(host.Guest, new { queueId = "q1", phone = "-----123" }), 400, "VALIDATION_FAILED");
        await host.TakeAsync(host.GuestAt("198.51.100.7"), new { queueId = "q1", phone = "+34 600 123 457" });
        for (var child = 0; child < 2; child++)
            await host.TakeAsync(body: new { queueId = "q1", phone = "+34 600 123 456" });
    }

    [Fact]
    public async Task Staff_clear_a_queue_of_the_guests_of_one_network_and_of_everybody()
    {
        await using var host = await StartAsync();
        var flood = new List<string>();
        for (var i = 0; i < 5; i++)
            flood.Add(Text(await host.TakeAsync(host.GuestAt("203.0.113.7")), "id"));
        var inHall = Text(await host.TakeAsync(), "id");
        await host.TakeAsync(host.GuestAt("198.51.100.7"));
        var called = Text(await host.CallNextAsync(), "id");

        await RefusalAsync(await ClearAsync(new { reason = "x", sameNetworkAs = inHall }), 400, "VALIDATION_FAILED");
        await RefusalAsync(await ClearAsync(new { reason = "x", sameNetworkAs = "unknown" }), 400, "VALIDATION_FAILED");
        await RefusalAsync(await ClearAsync(new { sameNetworkAs = flood[3] }), 400, "VALIDATION_FAILED");
        await RefusalAsync(
            await SendAsync(host.User("u1"), HttpMethod.Post, "/api/queues/q1/clear", new { reason = "x" }),
            403,
            "FORBIDDEN"
        );
        var answers = new List<string>();
        for (var i = 0; i < 3; i++)
            answers.Add(
                (await AnswerAsync(await ClearAsync(new { reason = "Not from here", sameNetworkAs = flood[3] }, key: "k"))).GetRawText()
            );
        Assert.Equal("""{"cancelled":4}""", Assert.Single(answers.Distinct()));
        Assert.Equal(
            ["A-1 Called", "A-6 Waiting", "A-7 Waiting"],
            (await host.Store.OpenAsync("q1", Token)).Select(t => $"{t.TicketNumber} {t.Status}")
        );
        Assert.Equal(
            ("Not from here", "op"),
            (
                (await host.Store.FindAsync(flood[3], Token))!.History[^1].Reason,
                (await host.Store.FindAsync(flood[3], Token))!.History[^1].By
            )
        );

        Assert.Equal(2, (await AnswerAsync(await ClearAsync(new { reason = "Closing" }))).GetProperty("cancelled").GetInt32());
        Assert.Equal([called], (await host.Store.OpenAsync("q1", Token)).Select(t => t.Id));
        await RefusalAsync(
            await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/none/clear", new { reason = "x" }),
            404,
            "QUEUE_NOT_FOUND"
        );

        Task<HttpResponseMessage> ClearAsync(object body, string? key = null) =>
            SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q1/clear", body, key: key);
    }

    [Fact]
    public async Task A_holder_lets_others_go_first_ten_times_and_staff_as_often_as_they_like()
    {
        await using var host = await StartAsync();
        var mine = await host.TakeAsync();
        await host.TakeAsync();
        var path = $"/api/tickets/{Text(mine, "id")}/defer";
        for (var i = 0; i < 10; i++)
            await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, path, new { places = 1 }, token: Text(mine, "trackingToken")));
        var problem = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, path, new { places = 1 }, token: Text(mine, "trackingToken")),
            409,
            "INVALID_TRANSITION"
        );
        Assert.Contains("Ask at the counter", Text(problem, "error"), StringComparison.Ordinal);
        Assert.Equal(11, (await host.Store.FindAsync(Text(mine, "id"), Token))!.History.Count);
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, path, new { places = 1 }));
    }

    [Fact]
    public void A_history_ends_somewhere_and_keeps_its_beginning()
    {
        var ticket = Some.Waiting();
        for (var i = 1; i <= 5000; i++)
        {
            ticket = ticket.Park($"{i}", Some.Noon, "op").Next;
            ticket = ticket.Unpark(Some.Noon, "op").Next;
        }

        Assert.Equal(200, ticket.History.Count);
        Assert.Null(ticket.History[0].From);
        Assert.Equal((TicketStatus.Parked, TicketStatus.Waiting), (ticket.History[^1].From, ticket.History[^1].To));
        Assert.Equal("5000", ticket.History[^2].Reason);
        Assert.Equal(10_001, ticket.Version);
    }

    private static Task<HttpResponseMessage> TryTakeAsync(HttpClient client, object? body = null) =>
        SendAsync(client, HttpMethod.Post, "/api/tickets", body ?? new { queueId = "q1" });
}
