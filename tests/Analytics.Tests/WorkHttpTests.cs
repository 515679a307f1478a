using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

/// <summary>What counters and the people at them did, from their events to the answers.</summary>
public sealed class WorkHttpTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = Samples.Morning;
    private readonly FakeTimeProvider time = new(At.AddHours(2));
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new AnalyticsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_figures_of_a_morning_follow_from_its_events_in_any_order()
    {
        var open = Samples.Counter("c1", CounterStatus.Open, "ada");
        await PublishAsync(
            (open with { OperatorId = "ben" }).Event(90, 5),
            (Samples.Counter("c1", CounterStatus.Break, "ada") with { BreakReason = "lunch" }).Event(60, 3),
            Samples.Counter("c1").Event(-60, 1),
            open.Event(0, 2),
            Samples.Counter("c1").Event(70, 4),
            Ticket("t1", 10, "ada").Served(At.AddMinutes(30)).Event(),
            Ticket("t2", 95, "ben").Event(),
            Ticket("t1", 10, "ada").Event(),
            // Nobody opened this one.
            (Ticket("t3", 40, "eve") with { CounterId = "c2", Counter = "2" })
                .Closed(TicketStatus.NoShow, At.AddMinutes(45))
                .Event()
        );
        // At ten: Ada was there for an hour and on a break for ten minutes, Ben for half an hour, and his ticket is still with him.
        Assert.Equal(
            """
            [{"counterId":"c2","name":"2","branchId":"main","open":0,"busy":300,"idle":0,"break":0,"services":0,"averageServiceTime":null},
            {"counterId":"c1","name":"C1","branchId":"main","open":5400,"busy":2700,"idle":2700,"break":600,"services":1,"averageServiceTime":1200}]
            """.ReplaceLineEndings(""),
            await ItemsAsync("counters", items =>
                items.Contains("2700", StringComparison.Ordinal) && items.Contains("c2", StringComparison.Ordinal)
            )
        );
        Assert.Equal(
            """
            [{"userId":"ada","open":3600,"busy":1200,"idle":2400,"break":600,"services":1,"averageServiceTime":1200},
            {"userId":"ben","open":1800,"busy":1500,"idle":300,"break":0,"services":0,"averageServiceTime":null},
            {"userId":"eve","open":0,"busy":300,"idle":0,"break":0,"services":0,"averageServiceTime":null}]
            """.ReplaceLineEndings(""),
            await ItemsAsync("staff")
        );

        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains("\"userId\":\"ben\",\"open\":2400,\"busy\":2100", await ItemsAsync("staff"), StringComparison.Ordinal);
        // Half of the service, and the hour that it ended in is not asked for.
        Assert.Equal(
            """[{"counterId":"c1","name":"C1","branchId":"main","open":1200,"busy":600,"idle":600,"break":0,"services":0,"averageServiceTime":null}]""",
            await ItemsAsync("counters?from=2026-11-23T08:00:00Z&to=2026-11-23T08:20:00Z")
        );
    }

    [Fact]
    public async Task Names_and_ends_of_counters_come_from_their_events()
    {
        var open = Samples.Counter("c1", CounterStatus.Open, "ada");
        await PublishAsync(
            open.Event(0, 2),
            new CounterUpdated
            {
                EventId = Guid.NewGuid(),
                OccurredAt = At.AddMinutes(10),
                CounterId = "c1",
                Version = 3,
                Counter = open with { Name = "Window", Version = 3 },
            },
            new CounterDeleted
            {
                EventId = Guid.NewGuid(),
                OccurredAt = At.AddMinutes(30),
                CounterId = "c1",
                Version = 4,
                Counter = open with { Name = "Window", Version = 4 },
            }
        );
        Assert.StartsWith(
            """[{"counterId":"c1","name":"Window","branchId":"main","open":1800,""",
            await ItemsAsync("counters", items => items.Contains("1800", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_branch_can_be_asked_for()
    {
        await PublishAsync(
            Samples.Counter("c1", CounterStatus.Open, "ada").Event(0, 2),
            (Samples.Counter("c9", CounterStatus.Open, "ben") with { BranchId = "north" }).Event(0, 2),
            Samples.Queue().Created(),
            (Samples.Queue() with { Id = "queue-2", BranchId = "north" }).Created(),
            Samples.Ticket("a", At).Event(),
            (Samples.Ticket("b", At) with { QueueId = "queue-2", BranchId = "north" }).Event()
        );
        await ItemsAsync("counters", items =>
            items.Contains("c1", StringComparison.Ordinal) && items.Contains("c9", StringComparison.Ordinal)
        );
        Assert.StartsWith("[{\"counterId\":\"c9\"", await ItemsAsync("counters?branchId=north"), StringComparison.Ordinal);
        Assert.StartsWith("[{\"userId\":\"ben\"", await ItemsAsync("staff?branchId=north"), StringComparison.Ordinal);
        Assert.Equal("[]", await ItemsAsync("staff?branchId=nowhere"));

        var report = await Eventually.GetAsync(
            () => GetAsync("report?branchId=north"),
            r => r.GetProperty("total").GetProperty("counts").GetProperty("created").GetInt32() == 1
        );
        var queue = Assert.Single(report.GetProperty("queues").EnumerateArray());
        Assert.Equal("queue-2", queue.GetProperty("queueId").GetString());
        Assert.Equal("north", queue.GetProperty("branchId").GetString());
        using var csv = await Operator.GetAsync("/api/analytics/report?branchId=north&format=csv", Token);
        Assert.Equal(
            ["branchId", "\"north\"", ""],
            (await csv.Content.ReadAsStringAsync(Token)).TrimEnd().Split("\r\n").Select(line => line.Split(',')[29])
        );
        using var other = await Operator.GetAsync("/api/analytics/report?branchId=north&queueId=queue-1", Token);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Staff_bound_to_a_branch_are_told_of_no_other()
    {
        await PublishAsync(
            Samples.Counter("c1", CounterStatus.Open, "ada").Event(0, 2),
            (Samples.Counter("c9", CounterStatus.Open, "ben") with { BranchId = "north" }).Event(0, 2),
            Samples.Queue().Created(),
            (Samples.Queue() with { Id = "queue-2", BranchId = "north" }).Created(),
            Samples.Ticket("a", At, "user-1").Event(),
            (Samples.Ticket("b", At, "user-1") with { QueueId = "queue-2", BranchId = "north" }).Event()
        );
        await ItemsAsync("counters", items =>
            items.Contains("c1", StringComparison.Ordinal) && items.Contains("c9", StringComparison.Ordinal)
        );
        await Eventually.GetAsync(
            () => GetAsync("report"),
            r => r.GetProperty("total").GetProperty("counts").GetProperty("created").GetInt32() == 2
        );
        using var bound = host.SignedIn("op", "operator", "north");
        foreach (
            var (question, mine, other) in new[]
            {
                ("counters", "\"c9\"", "\"c1\""),
                ("staff", "\"ben\"", "\"ada\""),
                ("report", "\"queue-2\"", "\"queue-1\""),
                ("user/user-1", "\"queue-2\"", "\"queue-1\""),
            }
        )
        {
            var text = await bound.GetStringAsync("/api/analytics/" + question, Token);
            Assert.Contains(mine, text, StringComparison.Ordinal);
            Assert.DoesNotContain(other, text, StringComparison.Ordinal);
        }

        Assert.Contains(
            "\"items\":[]",
            await bound.GetStringAsync("/api/analytics/counters?branchId=main", Token),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotFound, (await bound.GetAsync("/api/analytics/queue/queue-1", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bound.GetAsync("/api/analytics/queue/queue-2", Token)).StatusCode);
        // One's own tickets are one's own, wherever they are.
        using var self = host.SignedIn("user-1", "operator", "north");
        Assert.Contains("\"queue-1\"", await self.GetStringAsync("/api/analytics/user/user-1", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erased_operator_is_nowhere_whatever_comes_late()
    {
        await PublishAsync(
            Samples.Counter("c1", CounterStatus.Open, "ada").Event(0, 2),
            Ticket("t1", 10, "ada").Served(At.AddMinutes(30)).Event()
        );
        await ItemsAsync("staff", items => items.Contains("\"open\":7200,\"busy\":1200", StringComparison.Ordinal));

        await PublishAsync(Samples.Erased("ada"));
        await ItemsAsync("staff", items => items == "[]");
        await PublishAsync(
            Samples.Counter("c1", CounterStatus.Break, "ada").Event(60, 3),
            Ticket("t2", 40, "ada").Served(At.AddMinutes(50)).Event()
        );
        Assert.Contains(
            "\"open\":3600,\"busy\":1800,\"idle\":1800,\"break\":3600,\"services\":2",
            await ItemsAsync("counters", items =>
                items.Contains("1800", StringComparison.Ordinal) && items.Contains("3600", StringComparison.Ordinal)
            ),
            StringComparison.Ordinal
        );
        Assert.Equal("[]", await ItemsAsync("staff"));
    }

    [Theory]
    [InlineData("counters")]
    [InlineData("staff")]
    public async Task What_people_did_is_for_staff_and_a_range_must_make_sense(string what)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Guest().GetAsync("/api/analytics/" + what, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SignedIn("u", "user").GetAsync("/api/analytics/" + what, Token)).StatusCode);
        foreach (
            var query in (string[])["from=yesterday", "from=2026-11-23T08:00:00Z&to=2026-11-23T08:00:00Z", "from=2020-01-01T00:00:00Z"]
        )
        {
            using var answer = await Operator.GetAsync($"/api/analytics/{what}?{query}", Token);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, query);
        }
    }

    private static TicketState Ticket(string id, int minute, string servedBy) =>
        Samples.Ticket(id, At.AddMinutes(-5)).Called(At.AddMinutes(minute), "C1") with
        {
            CounterId = "c1",
            ServedBy = servedBy,
        };

    private HttpClient Operator => host.SignedIn("op", "operator");

    private async Task PublishAsync(params IEnumerable<IEvent> events)
    {
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var e in events)
            await bus.PublishAsync(e, Token);
    }

    private Task<string> ItemsAsync(string what) => ItemsAsync(what, _ => true);

    private async Task<string> ItemsAsync(string what, Func<string, bool> expected) =>
        await Eventually.GetAsync(async () => (await GetAsync(what)).GetProperty("items").GetRawText(), expected);

    private async Task<JsonElement> GetAsync(string what)
    {
        using var answer = await Operator.GetAsync("/api/analytics/" + what, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }
}
