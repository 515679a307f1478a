using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Following;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class LineTests
{
    private static readonly LineOptions Options = new([5, 2], 50);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Positions_are_told_when_reached_and_only_the_nearest_of_those_jumped_over()
    {
        var ticket = Ticket();
        Assert.Equal([null, null, "position 5", null, null, "position 2", null], Moves(ticket, 9, 6, 5, 4, 3, 2, 1));
        var jumper = Ticket();
        Assert.Equal([null, "position 2"], Moves(jumper, 9, 1));
    }

    [Fact]
    public void Whoever_joins_near_the_front_has_just_seen_it()
    {
        var ticket = Ticket();
        Assert.Equal([null, null, "position 2"], Moves(ticket, 4, 3, 2));
    }

    [Fact]
    public void A_changed_wait_is_told_when_it_is_much_and_not_often()
    {
        var ticket = Ticket();
        Assert.Null(Move(ticket, 50, 1200));
        Assert.Null(Move(ticket, 50, 3600, minute: 1));
        Assert.Null(Move(ticket, 50, 1700, minute: 6));
        Assert.Equal("wait 30", Move(ticket, 50, 1800, minute: 6));
        Assert.Null(Move(ticket, 50, 3600, minute: 10));
        Assert.Equal("wait 60", Move(ticket, 50, 3600, minute: 12));
    }

    [Fact]
    public void Some_minutes_more_of_a_short_wait_are_not_worth_a_message()
    {
        var ticket = Ticket();
        Assert.Null(Move(ticket, 50, 60));
        Assert.Null(Move(ticket, 50, 330, minute: 60));
    }

    [Fact]
    public void A_place_that_was_overtaken_on_its_way_is_not_told()
    {
        var ticket = Ticket();
        Assert.Null(Move(ticket, 9, 600, minute: 1));
        Assert.Null(Move(ticket, 2, 60));
        Assert.Equal("position 5", Move(ticket, 5, 300, minute: 2));
    }

    [Theory]
    [InlineData("7, 3,3 ,1", new[] { 7, 3, 1 })]
    [InlineData("none", new int[0])]
    public void Positions_are_a_setting(string text, int[] expected) => Assert.Equal(expected, Read(text).Positions);

    [Theory]
    [InlineData("0")]
    [InlineData("5,x")]
    [InlineData("101")]
    public void A_wrong_position_stops_the_start(string text) =>
        Assert.StartsWith("NOTIFY_POSITIONS", Assert.Throws<StartupException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_holder_of_a_ticket_hears_its_place_once_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var ticket = Samples.Ticket(userId: "user-1");
        await using (var host = await ServiceHost.StartAsync([new NotificationsModule()], folder: folder))
        {
            var bus = host.Services.GetRequiredService<IEventPublisher>();
            await bus.PublishAsync(Samples.Created(ticket), Token);
            await Eventually.TrueAsync(async () =>
                (await AllAsync(host)).Any(n => n.Template == TemplateNames.JoinedWait || n.Template == TemplateNames.Joined)
            );
            await SayAsync(host, ticket.Id, 7);
            await SayAsync(host, ticket.Id, 5);
            await ToldAsync(host, 1);
        }

        await using var again = await ServiceHost.StartAsync([new NotificationsModule()], folder: folder);
        await SayAsync(again, ticket.Id, 6);
        await SayAsync(again, ticket.Id, 5);
        await SayAsync(again, ticket.Id, 2);
        var told = await ToldAsync(again, 2);
        Assert.Equal(
            [
                "You are 2nd in queue at Registry {number}, number A-42. Expected wait: about 2 min.",
                "You are 5th in queue at Registry {number}, number A-42. Expected wait: about 5 min.",
            ],
            told.Select(n => n.Message)
        );
    }

    [Fact]
    public async Task Who_is_no_longer_in_the_whole_line_is_followed_no_longer_and_who_stands_beyond_its_head_is()
    {
        await using var host = await ServiceHost.StartAsync([new NotificationsModule()]);
        var watch = host.Services.GetRequiredService<LineWatch>();
        var ticket = Samples.Ticket(userId: "user-1");
        watch.Changed(ticket);
        var later = DateTimeOffset.UtcNow.AddMinutes(1);
        await watch.MovedAsync(Line(ticket.Id, 9, later), Token);
        await watch.MovedAsync(Line("other", 1, later) with { Whole = false }, Token);
        await watch.MovedAsync(Line(ticket.Id, 5, later), Token);
        Assert.Single(await ToldAsync(host, 1));

        await watch.MovedAsync(Line("other", 1, later), Token);
        await watch.MovedAsync(Line(ticket.Id, 2, later), Token);
        Assert.Single(await ToldAsync(host, 1));
    }

    private static int said;

    /// <summary>Tells a line in which a ticket has this place, and waits until that was taken in.</summary>
    private static async Task SayAsync(ServiceHost host, string ticketId, int position)
    {
        var consumed = host.Deliveries.NextAsync<LinePositionsChanged>();
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        await bus.PublishAsync(Line(ticketId, position, DateTimeOffset.UtcNow.AddSeconds(Interlocked.Increment(ref said))), Token);
        await consumed;
    }

    private static LinePositionsChanged Line(string ticketId, int position, DateTimeOffset at)
    {
        string[] line = [.. Enumerable.Range(1, position - 1).Select(i => $"before-{i}"), ticketId];
        return new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = at,
            QueueId = Samples.Ticket().QueueId,
            TicketIds = line,
            Waits = [.. line.Select((_, i) => (i + 1) * 60)],
            Lows = [.. line.Select((_, i) => (i + 1) * 50)],
            Highs = [.. line.Select((_, i) => (i + 1) * 70)],
            Whole = true,
            NewcomerWait = (position + 1) * 60,
        };
    }

    private static Task<IReadOnlyList<Notification>> AllAsync(ServiceHost host) =>
        host.Services.GetRequiredService<INotificationStore>().ListAsync(new("user-1", null, null), null, 50, Token);

    private static async Task<List<Notification>> ToldAsync(ServiceHost host, int count)
    {
        var store = host.Services.GetRequiredService<INotificationStore>();
        return await Eventually.GetAsync(
            async () =>
                (await store.ListAsync(new("user-1", null, null), null, 50, Token))
                    .Where(n => n.Template == TemplateNames.Position)
                    .ToList(),
            l => l.Count == count,
            TimeSpan.FromSeconds(30)
        );
    }

    private static string? Move(FollowedTicket ticket, int position, int wait, int minute = 0) =>
        ticket.Moved(new LinePlace(position, wait), Samples.Morning.AddMinutes(minute), Options, Samples.Morning.AddMinutes(minute))
            is var (_, key)
            ? key["t:".Length..].Replace(':', ' ')
            : null;

    private static IEnumerable<string?> Moves(FollowedTicket ticket, params int[] positions) =>
        positions.Select(p => Move(ticket, p, p * 60));

    private static FollowedTicket Ticket() =>
        new()
        {
            TicketId = "t",
            Number = "A-42",
            QueueId = "queue-1",
            QueueName = "Registry",
            BranchId = "main",
            Since = Samples.Morning,
        };

    private static LineOptions Read(string positions) =>
        LineOptions.From(
            new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("NOTIFY_POSITIONS", positions)]).Build())
        );
}
