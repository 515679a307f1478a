using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using static SmartQueue.Tickets.Tests.TicketsHost;

namespace SmartQueue.Tickets.Tests;

/// <summary>What becomes of those who are left over when a queue closes, and of those who are not.</summary>
public sealed class ExpiryTests
{
    private static readonly OpeningInterval Day = new(WeekDay.Monday, new(9, 0), new(17, 0));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // They queue on Monday at noon.
    [Theory]
    [InlineData("09:00-17:00", null, "2026-03-03T00:00:00Z")]
    [InlineData("09:00-17:00", 0, "2026-03-02T17:00:00Z")]
    [InlineData("09:00-17:00", 5400, "2026-03-02T18:30:00Z")]
    [InlineData("09:00-17:00", 86_400, "2026-03-03T17:00:00Z")]
    [InlineData("10:00-02:00", null, "2026-03-03T02:00:00Z")]
    [InlineData("10:00-02:00", 600, "2026-03-03T02:10:00Z")]
    [InlineData("09:00-13:00,16:00-20:00", null, "2026-03-03T00:00:00Z")]
    [InlineData("09:00-13:00,16:00-20:00", 0, "2026-03-02T13:00:00Z")]
    [InlineData("09:00-13:00,16:00-20:00", 3600, "2026-03-02T14:00:00Z")]
    [InlineData("09:00-13:00,16:00-20:00", 10_800, "2026-03-02T23:00:00Z")] // Three hours after the first closing it is open again
    public void Who_waits_is_left_over_some_time_after_closing(string hours, int? after, string due)
    {
        var queue = Queue(hours) with { ExpireAfterClosing = after };
        foreach (var status in (TicketStatus[])[TicketStatus.Waiting, TicketStatus.Parked])
        {
            Assert.False(IsDue(Some.In(status), queue, At(due).AddTicks(-1)));
            Assert.True(IsDue(Some.In(status), queue, At(due)));
        }
    }

    [Theory]
    [InlineData(TicketStatus.Called)]
    [InlineData(TicketStatus.Serving)]
    [InlineData(TicketStatus.Served)]
    [InlineData(TicketStatus.Expired)]
    internal void Who_is_called_or_served_never_is(TicketStatus status) =>
        Assert.False(IsDue(Some.In(status), Queue("09:00-17:00") with { ExpireAfterClosing = 0 }, Some.Noon.AddDays(30)));

    [Fact]
    public void Where_nothing_closes_nobody_is()
    {
        var always = Some.Queue(with: q => q with { ExpireAfterClosing = 0 });
        Assert.False(IsDue(Some.Waiting(), always, Some.Noon.AddDays(30)));
        var week = Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new(8, 0), new(8, 0))).ToList();
        Assert.False(IsDue(Some.Waiting(), always with { OpeningHours = week, TimeZone = "Europe/Madrid" }, Some.Noon.AddDays(60)));
    }

    [Fact]
    public void Where_numbers_never_begin_again_only_a_time_that_was_set_ends_it()
    {
        var never = Queue("09:00-17:00") with { NumberReset = NumberReset.Never };
        Assert.False(IsDue(Some.Waiting(), never, Some.Noon.AddDays(30)));
        Assert.True(IsDue(Some.Waiting(), never with { ExpireAfterClosing = 60 }, At("2026-03-02T17:01:00Z")));
    }

    [Fact]
    public void Whether_the_queue_is_switched_off_makes_no_difference()
    {
        var off = Queue("09:00-17:00") with { IsActive = false, ExpireAfterClosing = 60 };
        Assert.False(IsDue(Some.Waiting(), off, At("2026-03-02T17:00:59Z")));
        Assert.True(IsDue(Some.Waiting(), off, At("2026-03-02T17:01:00Z")));
    }

    // 12:00 in Madrid is 00:00 the day after in Auckland, and past the closing at 17:00.
    [Fact]
    public void A_corrected_time_zone_leaves_over_nobody_by_itself()
    {
        var queue = Queue("00:00-17:00,18:00-23:00");
        var waiting = Some.Waiting() with { QueuedAt = At("2026-03-01T20:00:00Z") };
        var now = At("2026-03-02T11:00:00Z");
        foreach (var after in (int?[])[null, 0, 600])
        {
            var corrected = queue with { TimeZone = "Pacific/Auckland", ExpireAfterClosing = after };
            Assert.True(IsDue(waiting, corrected, now));
            Assert.False(IsDue(waiting, corrected with { TimeZoneSince = now }, now));
            Assert.True(IsDue(waiting, corrected with { TimeZoneSince = now }, now.AddDays(8)));
        }
    }

    [Fact]
    public async Task Who_is_at_the_counter_when_it_closes_is_finished_and_who_waits_is_sent_home()
    {
        await using var host = await StartAsync(Queue("09:00-17:00") with { ExpireAfterClosing = 600 });
        var served = await host.TakeAsync();
        var called = await host.TakeAsync();
        var waiting = await host.TakeAsync();
        var parked = await host.TakeAsync();
        await host.CallNextAsync("1");
        await host.CallNextAsync("2");
        await MoveAsync(host, served, "serving");
        await MoveAsync(host, parked, "parked");

        await SweepAsync(host, TimeSpan.FromHours(5));
        await StatusesAsync("serving called waiting parked");
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, $"/api/tickets/{Id(called)}/recall"));
        await SweepAsync(host, TimeSpan.FromMinutes(10));
        await StatusesAsync("serving called expired expired");
        await SweepAsync(host, TimeSpan.FromHours(12));
        await StatusesAsync("serving called expired expired");
        await MoveAsync(host, served, "served");
        await MoveAsync(host, called, "served");
        await StatusesAsync("served served expired expired");
        var history = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{Id(waiting)}/history"));
        Assert.Contains(TicketExpired.QueueClosed, history.GetRawText(), StringComparison.Ordinal);

        // The host sweeps by itself too, and may have taken the turn.
        Task StatusesAsync(string expected) =>
            Eventually.GetAsync(
                async () =>
                    string.Join(
                        ' ',
                        await Task.WhenAll(((JsonElement[])[served, called, waiting, parked]).Select(t => StatusAsync(host, t)))
                    ),
                statuses => statuses == expected
            );
    }

    [Fact]
    public async Task Lines_that_are_looked_after_seldom_are_looked_at_once_each_time()
    {
        await using var host = await TicketsHost.StartAsync(settings: new Dictionary<string, string?> { ["LINE_SWEEP_INTERVAL"] = "10m" });
        await host.DefineAsync(Some.Queue());
        var waiting = await host.TakeAsync();
        await SweepAsync(host, TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(20), Token);
        await SweepAsync(host, TimeSpan.FromMinutes(10)).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal("waiting", await StatusAsync(host, waiting));
    }

    [Fact]
    public async Task A_desk_that_never_closes_begins_numbers_again_and_expires_nobody()
    {
        await using var host = await StartAsync();
        var first = await host.TakeAsync();
        var second = await host.TakeAsync();
        var third = await host.TakeAsync();
        await host.CallNextAsync("1");
        await MoveAsync(host, first, "serving");
        await SweepAsync(host, TimeSpan.FromHours(13));
        Assert.Equal("serving", await StatusAsync(host, first));
        Assert.Equal("waiting", await StatusAsync(host, second));

        await MoveAsync(host, first, "served");
        Assert.Equal("A-1", (await host.TakeAsync()).GetProperty("ticketNumber").GetString());
        // are still out.
        Assert.Equal("A-4", (await host.TakeAsync()).GetProperty("ticketNumber").GetString());
        Assert.Equal(Id(second), Id(await host.CallNextAsync("1")));
        await SweepAsync(host, TimeSpan.FromDays(3));
        Assert.Equal("waiting", await StatusAsync(host, third));
    }

    [Fact]
    public async Task Numbers_go_on_when_they_begin_again_from_now_on_and_when_the_time_zone_is_corrected()
    {
        await using var host = await StartAsync(Some.Queue(with: q => q with { NumberReset = NumberReset.Never }));
        Assert.Equal("A-1", await NumberAsync());
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 2 }));
        Assert.Equal("A-2", await NumberAsync());
        // It is Tuesday there already; those of Monday are still out.
        var corrected = Some.Queue(with: q => q with { Version = 3, TimeZone = "Pacific/Auckland", TimeZoneSince = host.Time.GetUtcNow() });
        await host.DefineAsync(corrected);
        Assert.Equal("A-3", await NumberAsync());
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 4 }));
        Assert.Equal("A-4", await NumberAsync());
        await SweepAsync(host, TimeSpan.Zero);
        Assert.Equal(4, (await host.Store.OpenAsync("q1", Token)).Count);

        async Task<string?> NumberAsync() => (await host.TakeAsync()).GetProperty("ticketNumber").GetString();
    }

    private static QueueDefinition Queue(string hours) =>
        Some.Queue(with: q =>
            q with
            {
                OpeningHours =
                [
                    .. hours.Split(',').Select(h => h.Split('-')).Select(h => Day with { Opens = Time(h[0]), Closes = Time(h[1]) }),
                ],
            }
        );

    private static bool IsDue(Ticket ticket, QueueDefinition queue, DateTimeOffset now) =>
        Expiry.IsDue(ticket, queue, ServiceCalendar.Of(queue)!, now);

    private static async Task SweepAsync(TicketsHost host, TimeSpan later)
    {
        host.Time.Advance(later);
        await host.Services.GetRequiredService<LineSweeper>().SweepAsync(Token);
    }

    private static async Task MoveAsync(TicketsHost host, JsonElement ticket, string status) =>
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{Id(ticket)}", new { status }));

    private static async Task<string?> StatusAsync(TicketsHost host, JsonElement ticket) =>
        (await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{Id(ticket)}"))).GetProperty("status").GetString();

    private static string? Id(JsonElement ticket) => ticket.GetProperty("id").GetString();

    private static TimeOnly Time(string text) => TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
