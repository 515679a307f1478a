using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class NotificationsHttpTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(Samples.Morning);
    private ServiceHost host = null!;

    private IReadOnlyList<NotificationCreated> Announced => host.Published.Of<NotificationCreated>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new NotificationsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_called_ticket_makes_the_notification_the_contract_describes()
    {
        await PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1")));
        var item = (await ListAsync(User("user-1"), "", 1))[0];
        Assert.Equal(
            $$"""
            {"id":"{{item.GetProperty(
                    "id"
                ).GetString()}}","userId":"user-1","ticketId":"t-1","branchId":"main","type":"inapp","template":"called","subject":"It is your turn",
            "message":"Your ticket A-42 is now being served at counter 3","status":"sent","attempts":1,"lastError":null,
            "createdAt":"2026-11-23T08:00:00.000Z","sentAt":"2026-11-23T08:00:00.000Z"}
            """.ReplaceLineEndings(
                ""
            ),
            item.GetRawText()
        );
    }

    [Fact]
    public async Task Joining_and_cancelling_are_told_too_and_come_newest_first()
    {
        var ticket = Samples.Ticket("t-1", "user-1");
        await PublishAsync(Samples.Created(ticket));
        await ListAsync(User("user-1"), "", 1);
        time.Advance(TimeSpan.FromSeconds(1));
        await PublishAsync(Samples.Cancelled(ticket));
        var items = await ListAsync(User("user-1"), "", 2);
        Assert.Equal(
            ["Your ticket A-42 was cancelled.", "You joined Registry {number} with number A-42."],
            items.Select(i => i.GetProperty("message").GetString())
        );
    }

    [Fact]
    public async Task A_repeated_event_is_told_and_announced_once()
    {
        var called = Samples.Called(Samples.Ticket("t-1", "user-1"));
        await PublishAsync(called, called, called);
        await PublishAsync(Samples.Called(Samples.Ticket("t-2", "user-1")));
        await Eventually.TrueAsync(() => Task.FromResult(Announced.Any(n => n.TicketId == "t-2")));
        Assert.Equal(2, (await ListAsync(User("user-1"), "", 2)).Count);
        Assert.Equal(["t-1", "t-2"], Announced.Select(n => n.TicketId).Order());
    }

    [Fact]
    public async Task What_was_kept_is_announced_for_the_edge()
    {
        await PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1")));
        await Eventually.TrueAsync(() => Task.FromResult(Announced.Count > 0));
        var item = (await ListAsync(User("user-1"), "", 1))[0];
        var heard = Announced[0];
        Assert.Equal(item.GetProperty("id").GetString(), heard.NotificationId);
        Assert.Equal(
            ("user-1", "t-1", "inapp", "called", "It is your turn"),
            (heard.UserId, heard.TicketId, heard.Type, heard.Template, heard.Subject)
        );
        Assert.Equal(item.GetProperty("message").GetString(), heard.Message);
        Assert.Equal(Samples.Morning, heard.CreatedAt);
    }

    [Fact]
    public async Task People_see_their_own_and_staff_all()
    {
        await PublishAsync(
            Samples.Called(Samples.Ticket("t-1", "user-1")),
            Samples.Called(Samples.Ticket("t-2", "user-2")),
            Samples.Called(Samples.Ticket("t-3"))
        );
        var all = await ListAsync(Operator, "", 3);
        Assert.Equal(["t-1", "t-2", "t-3"], Tickets(all).Order());
        Assert.Equal(JsonValueKind.Null, all.Single(n => n.GetProperty("ticketId").GetString() == "t-3").GetProperty("userId").ValueKind);
        Assert.Equal(["t-1"], Tickets(await ListAsync(User("user-1"), "", 1)));
        Assert.Equal(["t-1"], Tickets(await ListAsync(User("user-1"), "?userId=user-1", 1)));
        Assert.Equal(["t-2"], Tickets(await ListAsync(Operator, "?userId=user-2&type=inapp&status=sent", 1)));
        Assert.Empty(await ListAsync(Operator, "?status=failed", 0));
        await RefusedAsync(
            await User("user-1").GetAsync("/api/notifications?userId=user-2", Token),
            HttpStatusCode.NotFound,
            "USER_NOT_FOUND"
        );
        await RefusedAsync(await host.Guest().GetAsync("/api/notifications", Token), HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Staff_bound_to_a_branch_see_and_send_again_what_is_theirs()
    {
        foreach (var (id, branch) in new[] { ("t-0", "north"), ("t-1", "south"), ("t-2", "north"), ("t-3", "south") })
        {
            await PublishAsync(Samples.Called(Samples.Ticket(id) with { BranchId = branch }));
            await ListAsync(Operator, $"?branchId={branch}", id is "t-0" or "t-1" ? 1 : 2);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var north = host.SignedIn("op-n", "operator", "north");
        Assert.Equal(["t-2", "t-0"], Tickets(await ListAsync(north, "?limit=2", 2)));
        Assert.Empty(await ListAsync(north, "?branchId=south", 0));
        Assert.Equal(["t-3", "t-2", "t-1", "t-0"], Tickets(await ListAsync(Operator, "", 4)));
        var theirs = (await ListAsync(Operator, "?branchId=south", 2))[0].GetProperty("id").GetString();
        await RefusedAsync(await RetryAsync(theirs), HttpStatusCode.NotFound, "NOT_FOUND");
        var own = (await ListAsync(north, "", 2))[0];
        Assert.Equal("north", own.GetProperty("branchId").GetString());
        await RefusedAsync(await RetryAsync(own.GetProperty("id").GetString()), HttpStatusCode.Conflict, "CONFLICT");

        await ReadAsync(await SendAsync(north), HttpStatusCode.Accepted);
        Assert.Equal("north", (await ListAsync(north, "?type=email", 1))[0].GetProperty("branchId").GetString());
        await ReadAsync(await SendAsync(host.SignedIn("op-2", "operator", "north", "south")), HttpStatusCode.Accepted);
        await ListAsync(north, "?type=email", 1);
        await ListAsync(Operator, "?type=email", 2);

        Task<HttpResponseMessage> RetryAsync(string? id) => north.PostAsync($"/api/notifications/{id}/retry", null, Token);

        static Task<HttpResponseMessage> SendAsync(HttpClient client) =>
            client.PostAsJsonAsync(
                "/api/notifications/email",
                new
                {
                    to = "ann@example.org",
                    subject = "Hello",
                    message = "Come at ten.",
                },
                Token
            );
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(Samples.Called(Samples.Ticket($"t-{i}", "user-1")));
            await ListAsync(User("user-1"), "", i + 1);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string>();
        var path = "/api/notifications?limit=2";
        while (true)
        {
            var page = await ReadAsync(await User("user-1").GetAsync(path, Token), HttpStatusCode.OK);
            seen.AddRange(Tickets(page.GetProperty("items").EnumerateArray()));
            if (page.GetProperty("nextCursor").GetString() is not { } cursor)
                break;
            path = $"/api/notifications?limit=2&cursor={cursor}";
        }

        Assert.Equal(["t-4", "t-3", "t-2", "t-1", "t-0"], seen);
    }

    [Theory]
    [InlineData("type=fax")]
    [InlineData("type=inapp&type=email")]
    [InlineData("status=lost")]
    [InlineData("status[$ne]=x&status=1")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("cursor=!!")]
    [InlineData("cursor=bm9wZQ")]
    public async Task A_question_that_makes_no_sense_is_refused(string query) =>
        await RefusedAsync(await Operator.GetAsync("/api/notifications?" + query, Token), HttpStatusCode.BadRequest, "VALIDATION_FAILED");

    [Fact]
    public async Task Preferences_are_on_until_set_and_replaced_as_a_whole()
    {
        var mine = User("user-1");
        Assert.Equal("""{"channels":{"inapp":true,"email":true,"sms":true,"push":true},"language":null}""", await PreferencesAsync(mine));
        await ReadAsync(await PutAsync(mine, """{"channels":{"sms":false},"language":"pt-BR"}"""), HttpStatusCode.OK);
        Assert.Equal(
            """{"channels":{"inapp":true,"email":true,"sms":false,"push":true},"language":"pt-BR"}""",
            await PreferencesAsync(mine)
        );
        await ReadAsync(await PutAsync(mine, "{}"), HttpStatusCode.OK);
        Assert.Equal("""{"channels":{"inapp":true,"email":true,"sms":true,"push":true},"language":null}""", await PreferencesAsync(mine));
        await RefusedAsync(
            await host.Guest().GetAsync("/api/notifications/preferences", Token),
            HttpStatusCode.Unauthorized,
            "UNAUTHENTICATED"
        );
    }

    [Theory]
    [InlineData("""{"channels":{"sms":"no"}}""")]
    [InlineData("""{"channels":[]}""")]
    [InlineData("""{"language":"english please"}""")]
    [InlineData("""{"language":"de-"}""")]
    [InlineData("""{"language":7}""")]
    [InlineData("""{"language":{"$gt":""}}""")]
    [InlineData("{")]
    [InlineData("null")]
    public async Task Malformed_preferences_are_refused(string body) =>
        await RefusedAsync(await PutAsync(User("user-1"), body), HttpStatusCode.BadRequest, "VALIDATION_FAILED");

    [Fact]
    public async Task Who_wants_nothing_in_the_page_has_it_kept_and_not_shown()
    {
        await ReadAsync(await PutAsync(User("user-1"), """{"channels":{"inapp":false}}"""), HttpStatusCode.OK);
        await PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1")));
        var item = (await ListAsync(User("user-1"), "", 1))[0];
        Assert.Equal("suppressed", item.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("sentAt").ValueKind);
        Assert.NotNull(item.GetProperty("lastError").GetString());
        await PublishAsync(Samples.Called(Samples.Ticket("t-2", "user-2")));
        await Eventually.TrueAsync(() => Task.FromResult(Announced.Count > 0));
        Assert.Equal(["t-2"], Announced.Select(n => n.TicketId));
    }

    [Fact]
    public async Task An_erased_account_leaves_nothing_and_gets_nothing_more()
    {
        await PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1")), Samples.Called(Samples.Ticket("t-2", "user-2")));
        await ListAsync(Operator, "", 2);
        await ReadAsync(await PutAsync(User("user-1"), """{"language":"de"}"""), HttpStatusCode.OK);
        await PublishAsync(Samples.Erased("user-1"));
        await ListAsync(Operator, "?userId=user-1", 0);
        Assert.Contains("\"language\":null", await PreferencesAsync(User("user-1")), StringComparison.Ordinal);

        var consumed = host.Deliveries.NextAsync<TicketCancelled>();
        await PublishAsync(Samples.Cancelled(Samples.Ticket("t-1", "user-1")));
        await consumed;
        Assert.Equal(["t-2"], Tickets(await ListAsync(Operator, "", 1)));
        await RefusedAsync(await PutAsync(User("user-1"), "{}"), HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task A_ticket_in_a_language_without_texts_is_told_in_English()
    {
        await PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1", language: "tlh")));
        Assert.StartsWith(
            "Your ticket",
            (await ListAsync(User("user-1"), "", 1))[0].GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Switched_off_it_answers_and_makes_nothing()
    {
        await using var off = await ServiceHost.StartAsync(
            [new NotificationsModule()],
            time,
            new Dictionary<string, string?> { ["ENABLE_NOTIFICATIONS"] = "false" }
        );
        var bus = off.Services.GetRequiredService<IEventPublisher>();
        var consumed = off.Deliveries.NextAsync<TicketCalled>();
        await bus.PublishAsync(Samples.Called(Samples.Ticket("t-1", "user-1")), Token);
        await consumed;
        var page = await ReadAsync(await off.SignedIn("op", "operator").GetAsync("/api/notifications", Token), HttpStatusCode.OK);
        Assert.Equal("""{"items":[],"nextCursor":null}""", page.GetRawText());
    }

    private HttpClient Operator => host.SignedIn("op", "operator");

    private HttpClient User(string id) => host.SignedIn(id, "user");

    private async Task PublishAsync(params IEnumerable<IEvent> events)
    {
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var e in events)
            await bus.PublishAsync(e, Token);
    }

    /// <summary>The list once it holds that many.</summary>
    private static Task<List<JsonElement>> ListAsync(HttpClient client, string query, int count) =>
        Eventually.GetAsync(
            async () =>
                (await ReadAsync(await client.GetAsync("/api/notifications" + query, Token), HttpStatusCode.OK))
                    .GetProperty("items")
                    .EnumerateArray()
                    .ToList(),
            items => items.Count == count
        );

    private static async Task<string> PreferencesAsync(HttpClient client) =>
        (await ReadAsync(await client.GetAsync("/api/notifications/preferences", Token), HttpStatusCode.OK)).GetRawText();

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string body) =>
        client.PutAsync("/api/notifications/preferences", new StringContent(body, Encoding.UTF8, "application/json"), Token);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Token)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static async Task RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code) =>
        Assert.Equal(code, (await ReadAsync(response, status)).GetProperty("code").GetString());

    private static IEnumerable<string> Tickets(IEnumerable<JsonElement> items) => items.Select(i => i.GetProperty("ticketId").GetString()!);
}
