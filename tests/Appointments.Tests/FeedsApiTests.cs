using System.Net;
using System.Text.Json;
using Ical.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Appointments.Tests;

public sealed class FeedsApiTests : IAsyncLifetime
{
    private const string Feeds = "/api/appointments/feeds";
    private const string Tuesday = "2026-03-03T10:00:00Z";

    private readonly FakeTimeProvider time = new(Some.Now);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Operator => host.SignedIn("op", Roles.Operator, "main");

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync(
            [new AppointmentsModule()],
            time,
            new Dictionary<string, string?> { ["PUBLIC_URL"] = "https://queue.example/town/" }
        );
        await DefineAsync(Some.Queue());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_link_is_shown_once_and_listed_without_its_secret_with_who_made_it_and_the_day_it_was_last_used()
    {
        var made = await MakeAsync(new { branchId = "main", queueId = "q1" });
        Assert.StartsWith("https://queue.example/town" + Feeds + "/", Text(made, "link"), StringComparison.Ordinal);
        Assert.True(PathOf(made).Length > Feeds.Length + 40);

        var listed = Assert.Single(await ListAsync());
        Assert.Equal(
            (Text(made, "id"), "main", "q1", "op", "2026-03-02T09:00:00.000Z"),
            (Text(listed, "id"), Text(listed, "branchId"), Text(listed, "queueId"), Text(listed, "createdBy"), Text(listed, "createdAt"))
        );
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("lastUsedOn").ValueKind);
        Assert.False(listed.TryGetProperty("link", out _));
        Assert.DoesNotContain(PathOf(made)[(Feeds.Length + 1)..^4], listed.GetRawText(), StringComparison.Ordinal);

        await ReadAsync(PathOf(made));
        Assert.Equal("2026-03-02", Text(Assert.Single(await ListAsync()), "lastUsedOn"));
        time.Advance(TimeSpan.FromDays(2));
        await ReadAsync(PathOf(made));
        Assert.Equal("2026-03-04", Text(Assert.Single(await ListAsync()), "lastUsedOn"));
    }

    [Fact]
    public async Task A_link_is_made_once_for_a_key()
    {
        var first = await MakeAsync(new { branchId = "main" }, key: "once");
        var again = await MakeAsync(new { branchId = "main" }, key: "once");

        Assert.Equal(Text(first, "link"), Text(again, "link"));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task It_holds_what_was_not_cancelled_from_a_week_ago_to_ninety_days_ahead_as_the_same_events_as_the_invitations()
    {
        await DefineAsync(Daily(version: 2));
        await BookAsync("2026-03-03T10:00:00Z");
        time.SetUtcNow(new DateTimeOffset(2026, 3, 9, 11, 0, 0, TimeSpan.Zero));
        var recent = await BookAsync("2026-03-10T10:00:00Z");
        var cancelled = await BookAsync("2026-03-18T10:00:00Z");
        await AnswerAsync(await SendAsync(Operator, HttpMethod.Delete, "/api/appointments/" + Text(cancelled, "id")));
        var next = await BookAsync("2026-03-18T11:00:00Z");
        time.SetUtcNow(new DateTimeOffset(2026, 3, 16, 11, 0, 0, TimeSpan.Zero));
        var last = await BookAsync("2026-06-14T10:40:00Z");
        await BookAsync("2026-06-14T11:00:00Z");
        var feed = await MakeAsync(new { branchId = "main" });

        var calendar = await ReadAsync(PathOf(feed));

        Assert.Equal("PUBLISH", calendar.Method);
        Assert.Equal(
            new[] { recent, next, last }.Select(a => Text(a, "id") + "@smartqueue"),
            calendar.Events.OrderBy(e => e.Start!.AsUtc).Select(e => e.Uid)
        );
        foreach (var booked in new[] { recent, next, last })
        {
            using var answer = await SendAsync(Operator, HttpMethod.Get, $"/api/appointments/{Text(booked, "id")}.ics");
            var invited = Assert.Single(Calendar.Load(await answer.Content.ReadAsStringAsync(Token))!.Events);
            var followed = calendar.Events.Single(e => e.Uid == invited.Uid);
            Assert.Equal(
                (invited.Start, invited.End, invited.Summary, invited.Sequence, invited.Status),
                (followed.Start, followed.End, followed.Summary, followed.Sequence, followed.Status)
            );
        }
    }

    [Fact]
    public async Task It_tells_nothing_of_who_comes()
    {
        await BookAsync(Tuesday);
        var feed = await MakeAsync(new { branchId = "main" });

        var text = await (await host.Guest().GetAsync(PathOf(feed), Token)).Content.ReadAsStringAsync(Token);

        Assert.Contains("SUMMARY:Passports", text, StringComparison.Ordinal);
        Assert.All(["Ada", "600000001", "ada@example.com", "Stairs", "ATTENDEE"], personal =>
            Assert.DoesNotContain(personal, text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_feed_of_a_queue_has_its_name_and_no_other_queue_and_one_of_a_branch_no_other_branch()
    {
        await DefineAsync(Some.Queue() with { Id = "q2", Name = "Visas" });
        await DefineAsync(Some.Queue() with { Id = "q3", Name = "Elsewhere", BranchId = "other" });
        foreach (var queue in new[] { "q1", "q2", "q3" })
            await BookAsync(Tuesday, queue);
        var ofQueue = await ReadAsync(PathOf(await MakeAsync(new { branchId = "main", queueId = "q2" })));
        var ofBranch = await ReadAsync(PathOf(await MakeAsync(new { branchId = "main" })));

        Assert.Equal(["Visas"], ofQueue.Events.Select(e => e.Summary));
        Assert.Equal("Visas", ofQueue.Properties["X-WR-CALNAME"]!.Value);
        Assert.Equal(["Passports", "Visas"], ofBranch.Events.Select(e => e.Summary).Order());
        Assert.Null(ofBranch.Properties["X-WR-CALNAME"]);
    }

    [Fact]
    public async Task Of_more_than_it_may_hold_it_has_those_that_come_first()
    {
        var store = host.Services.GetRequiredService<IAppointmentStore>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, FeedDesk.Most + 2),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token },
            async (i, cancel) =>
            {
                var (id, slot) = ($"a{i:0000}", Some.Slot(i / 100 * 20));
                await store.TakeAsync(
                    new SlotRequest(id, "q1", slot, Places: 100),
                    expectedVersion: null,
                    place => (Appointment.Book(Some.Draft(id), Some.Queue(), slot, place, Some.Now, by: null), null),
                    cancel
                );
            }
        );

        var calendar = await ReadAsync(PathOf(await MakeAsync(new { branchId = "main" })));

        Assert.Equal(
            Enumerable.Range(0, FeedDesk.Most).Select(i => $"a{i:0000}@smartqueue"),
            calendar.Events.Select(e => e.Uid).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_empty_one_is_a_whole_calendar()
    {
        var calendar = await ReadAsync(PathOf(await MakeAsync(new { branchId = "main" })));

        Assert.Empty(calendar.Events);
        Assert.Single(calendar.TimeZones);
    }

    [Fact]
    public async Task Who_asks_again_is_told_304_until_something_changes()
    {
        var booked = await BookAsync(Tuesday);
        var path = PathOf(await MakeAsync(new { branchId = "main" }));
        using var first = await host.Guest().GetAsync(path, Token);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.True(first.Headers.CacheControl is { NoCache: true, Private: true, NoStore: false });
        var tag = first.Headers.ETag!.ToString();

        foreach (var known in new[] { tag, "\"other\", " + tag, "*" })
        {
            using var again = await AskAsync(path, known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag!.ToString());
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
        }

        await AnswerAsync(
            await SendAsync(Operator, HttpMethod.Put, "/api/appointments/" + Text(booked, "id"), new { start = "2026-03-03T11:00:00Z" })
        );
        using var moved = await AskAsync(path, tag);
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.NotEqual(tag, moved.Headers.ETag!.ToString());
        await BookAsync(Tuesday);
        using var more = await AskAsync(path, moved.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, more.StatusCode);
    }

    [Fact]
    public async Task A_wrong_secret_and_a_revoked_one_are_not_there()
    {
        var feed = await MakeAsync(new { branchId = "main" });
        var path = PathOf(feed);
        await ReadAsync(path);
        await RefusalAsync(await host.Guest().GetAsync(Feeds + "/guess.ics", Token), 404, "NOT_FOUND");
        await RefusalAsync(await host.Guest().GetAsync($"{Feeds}/{Text(feed, "id")}.ics", Token), 404, "NOT_FOUND");

        await AnswerAsync(await SendAsync(Operator, HttpMethod.Delete, $"{Feeds}/{Text(feed, "id")}"), HttpStatusCode.NoContent);

        await RefusalAsync(await host.Guest().GetAsync(path, Token), 404, "NOT_FOUND");
        await RefusalAsync(await SendAsync(Operator, HttpMethod.Delete, $"{Feeds}/{Text(feed, "id")}"), 404, "NOT_FOUND");
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Staff_of_the_branch_alone_make_see_and_revoke_links()
    {
        var feed = await MakeAsync(new { branchId = "main" });
        var elsewhere = host.SignedIn("elsewhere", Roles.Operator, "another-branch");
        await RefusalAsync(await SendAsync(elsewhere, HttpMethod.Post, Feeds, new { branchId = "main" }), 404, "BRANCH_NOT_FOUND");
        await RefusalAsync(
            await SendAsync(elsewhere, HttpMethod.Post, Feeds, new { branchId = "another-branch", queueId = "q1" }),
            404,
            "QUEUE_NOT_FOUND"
        );
        await RefusalAsync(await SendAsync(elsewhere, HttpMethod.Delete, $"{Feeds}/{Text(feed, "id")}"), 404, "NOT_FOUND");
        foreach (var query in new[] { "", "?branchId=main" })
            Assert.Equal(
                0,
                (await AnswerAsync(await SendAsync(elsewhere, HttpMethod.Get, Feeds + query))).GetProperty("items").GetArrayLength()
            );
        await ReadAsync(PathOf(feed));

        var user = host.SignedIn("somebody", Roles.User);
        foreach (var (client, status, code) in new[] { (host.Guest(), 401, "UNAUTHENTICATED"), (user, 403, "FORBIDDEN") })
        {
            await RefusalAsync(await SendAsync(client, HttpMethod.Post, Feeds, new { branchId = "main" }), status, code);
            await RefusalAsync(await SendAsync(client, HttpMethod.Get, Feeds), status, code);
            await RefusalAsync(await SendAsync(client, HttpMethod.Delete, $"{Feeds}/{Text(feed, "id")}"), status, code);
        }
    }

    [Theory]
    [InlineData("""{"queueId":"q1"}""", 400, "VALIDATION_FAILED")]
    [InlineData("""{"branchId":" "}""", 400, "VALIDATION_FAILED")]
    [InlineData("""{"branchId":"main","queueId":"q9"}""", 404, "QUEUE_NOT_FOUND")]
    [InlineData("""{"branchId":"main","queueId":"other's"}""", 404, "QUEUE_NOT_FOUND")]
    public async Task What_there_is_not_gets_no_link(string body, int status, string code)
    {
        await DefineAsync(Some.Queue() with { Id = "other's", BranchId = "other" });

        await RefusalAsync(
            await SendAsync(host.SignedIn("boss", Roles.Admin), HttpMethod.Post, Feeds, JsonDocument.Parse(body).RootElement),
            status,
            code
        );

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_links_of_an_erased_account_end_with_it()
    {
        var path = PathOf(await MakeAsync(new { branchId = "main" }));
        await ReadAsync(path);

        await host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(
                new UserErased
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = Some.Now,
                    UserId = "op",
                    Version = 2,
                },
                Token
            );

        await Eventually.TrueAsync(async () => (await host.Guest().GetAsync(path, Token)).StatusCode == HttpStatusCode.NotFound);
    }

    private static QueueDefinition Daily(long version)
    {
        var hours = Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new TimeOnly(10, 0), new TimeOnly(12, 0)));
        var queue = Some.Queue(hours: [.. hours], version: version);
        return queue with { Booking = queue.Booking! with { Horizon = 120 } };
    }

    private static string PathOf(JsonElement feed) => new Uri(Text(feed, "link")).AbsolutePath["/town".Length..];

    private async Task<JsonElement> MakeAsync(object body, string? key = null) =>
        await AnswerAsync(await SendAsync(Operator, HttpMethod.Post, Feeds, body, key: key), HttpStatusCode.Created);

    private async Task<List<JsonElement>> ListAsync() =>
        [.. (await AnswerAsync(await SendAsync(Operator, HttpMethod.Get, Feeds + "?branchId=main"))).GetProperty("items").EnumerateArray()];

    private Task<HttpResponseMessage> AskAsync(string path, string known)
    {
        var client = host.Guest();
        client.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", known);
        return client.GetAsync(path, Token);
    }

    private async Task<Calendar> ReadAsync(string path)
    {
        using var answer = await host.Guest().GetAsync(path, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("text/calendar; charset=utf-8; method=PUBLISH", answer.Content.Headers.ContentType!.ToString());
        return Calendar.Load(text)!;
    }

    private Task DefineAsync(QueueDefinition queue) =>
        host.Services.GetRequiredService<IAppointmentStore>().SaveQueueAsync(new QueueCopy(queue.Id, queue.Version, queue), Token);

    private async Task<JsonElement> BookAsync(string start, string queueId = "q1") =>
        await AnswerAsync(
            await SendAsync(
                host.Guest(),
                HttpMethod.Post,
                "/api/appointments",
                new
                {
                    queueId,
                    start,
                    customerName = "Ada",
                    phone = "+34600000001",
                    email = "ada@example.com",
                    notes = "Stairs",
                }
            ),
            HttpStatusCode.Created
        );
}
