using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
    public void A_line_that_stands_still_promises_nothing()
    {
        var ticket = Ticket();
        Assert.Null(Move(ticket, 9, 600));
        Assert.Null(Move(ticket, 2, null));
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
        var tickets = new LineModule { Position = 7 };
        await using (var host = await ServiceHost.StartAsync([new NotificationsModule(), tickets], folder: folder))
        {
            await host.Services.GetRequiredService<IBus>().Publish(Samples.Created(Samples.Ticket(userId: "user-1")), Token);
            await tickets.IsReadAsync();
            tickets.Position = 5;
            await ToldAsync(host, 1);
        }

        tickets.Position = 6;
        await using var again = await ServiceHost.StartAsync([new NotificationsModule(), tickets], folder: folder);
        await tickets.IsReadAsync();
        tickets.Position = 5;
        await tickets.IsReadAsync();
        tickets.Position = 2;
        var told = await ToldAsync(again, 2);
        Assert.Equal(
            [
                "You are 2nd in queue at Registry {number}, number A-42. Expected wait: about 2 min.",
                "You are 5th in queue at Registry {number}, number A-42. Expected wait: about 5 min.",
            ],
            told.Select(n => n.Message)
        );
    }

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

    private static string? Move(FollowedTicket ticket, int position, int? wait, int minute = 0) =>
        ticket.Moved(new LinePlace("A-42", position, wait), Options, Samples.Morning.AddMinutes(minute)) is var (_, key)
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
        };

    private static LineOptions Read(string positions) =>
        LineOptions.From(
            new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("NOTIFY_POSITIONS", positions)]).Build())
        );
}
