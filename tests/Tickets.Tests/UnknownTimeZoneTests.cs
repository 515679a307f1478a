using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Testing;
using static SmartQueue.Tickets.Tests.TicketsHost;

namespace SmartQueue.Tickets.Tests;

/// <summary>A queue whose time zone this machine no longer knows, beside one that is well.</summary>
public sealed class UnknownTimeZoneTests : IAsyncLifetime
{
    private const string Gone = "Nowhere/Gone";

    private TicketsHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var hours = new OpeningInterval(WeekDay.Monday, new(9, 0), new(17, 0));
        host = await StartAsync(Some.Queue(with: q => q with { NoShowAfter = 60, OpeningHours = [hours] }));
        await host.DefineAsync(Some.Queue("q0", with: q => q with { NoShowAfter = 60 }));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task It_gives_no_numbers_and_says_why_and_the_others_go_on()
    {
        await LoseZoneAsync();
        var refused = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q0" }),
            409,
            "QUEUE_CLOSED"
        );
        Assert.Contains(Gone, refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await host.TakeAsync();
    }

    [Fact]
    public async Task Its_people_are_called_and_seen_as_before()
    {
        await host.TakeAsync(body: new { queueId = "q0" });
        await host.TakeAsync(body: new { queueId = "q0" });
        await LoseZoneAsync();

        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q0/call-next", new { counter = "1" }));
        Assert.Equal(
            2,
            (await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/queues/q0/tickets")))
                .GetProperty("items")
                .GetArrayLength()
        );
    }

    [Fact]
    public async Task Every_line_is_looked_after_and_health_names_the_one_that_cannot_be_wholly()
    {
        var stays = await host.TakeAsync(body: new { queueId = "q0" });
        var expires = await host.TakeAsync();
        await LoseZoneAsync();
        host.Time.Advance(TimeSpan.FromDays(1));
        await host.Services.GetRequiredService<LineSweeper>().SweepAsync(Token);

        Assert.Equal("waiting", await StatusAsync(stays));
        // The host sweeps by itself too, and may have taken the turn.
        await Eventually.GetAsync(() => StatusAsync(expires), status => status == "expired");
        var health = await Eventually.GetAsync(
            async () => await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/health/ready"), HttpStatusCode.OK),
            h => h.GetProperty("status").GetString() == "degraded"
        );
        var lines = health.GetProperty("checks").GetProperty("lines").GetProperty("description").GetString();
        Assert.Contains("q0", lines, StringComparison.Ordinal);
        Assert.Contains(Gone, lines, StringComparison.Ordinal);
        Assert.DoesNotContain("q1", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_shows_of_its_line_go_on()
    {
        var called = await host.TakeAsync(body: new { queueId = "q0" });
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Post, "/api/queues/q0/call-next", new { counter = "1" }));
        await LoseZoneAsync();
        host.Time.Advance(TimeSpan.FromSeconds(61));
        await host.Services.GetRequiredService<LineSweeper>().SweepAsync(Token);
        await Eventually.GetAsync(() => StatusAsync(called), status => status == "no_show");
    }

    private Task LoseZoneAsync() =>
        host.DefineAsync(Some.Queue("q0", with: q => q with { NoShowAfter = 60, TimeZone = Gone, Version = 2 }));

    private async Task<string?> StatusAsync(JsonElement ticket) =>
        (await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, "/api/tickets/" + ticket.GetProperty("id").GetString())))
            .GetProperty("status")
            .GetString();
}
