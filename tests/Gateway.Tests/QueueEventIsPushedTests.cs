using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Tests;

public sealed class QueueEventIsPushedTests
{
    [Fact]
    public async Task Whoever_joins_gets_the_present_state_first_and_then_the_changes()
    {
        await using var host = await GatewayHost.StartAsync();
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        var first = await guest.HearsAsync("queue:updated");
        Assert.Equal("A-1", first.GetProperty("currentTicketNumber").GetString());
        Assert.Equal(1, first.GetProperty("currentNumber").GetInt32());
        Assert.Equal("q1", first.GetProperty("queueId").GetString());
        Assert.Equal("t1", first.GetProperty("activeTickets")[0].GetString());
        Assert.Equal(3, first.GetProperty("statistics").GetProperty("waiting").GetInt32());
        await host.PublishAsync(GatewayHost.Status("A-2", GatewayHost.Noon));
        await guest.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-2");
        Assert.Equal(2, guest.Heard.Count);
    }

    [Fact]
    public async Task Whoever_joins_hears_the_announcement_that_stands()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Behind.Queues["q1"] = GatewayHost.Queue(announcement: new { message = "Back at two", at = GatewayHost.Noon });
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        var said = await guest.HearsAsync("queue:announcement");
        Assert.Equal("Back at two", said.GetProperty("message").GetString());
        Assert.Equal("q1", said.GetProperty("queueId").GetString());
        Assert.Equal(["queue:updated", "queue:announcement"], guest.Heard.Select(h => h.Message));
    }

    [Fact]
    public async Task An_announcement_and_its_withdrawal_reach_those_who_joined()
    {
        await using var host = await GatewayHost.StartAsync();
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        var said = new QueueAnnouncement
        {
            EventId = Guid.NewGuid(),
            OccurredAt = GatewayHost.Noon,
            QueueId = "q1",
            Version = 2,
            Message = "Hello",
        };
        await host.PublishAsync(said);
        await guest.HearsAsync("queue:announcement", b => b.GetProperty("message").GetString() == "Hello");
        await host.PublishAsync(said with { EventId = Guid.NewGuid(), Version = 3, Message = null });
        await guest.HearsAsync("queue:announcement", b => b.GetProperty("message").GetString() is null);
    }

    [Fact]
    public async Task A_change_that_comes_while_the_state_is_read_is_not_lost()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await GatewayHost.StartAsync(time: time);
        var witness = await host.ConnectAsync();
        await witness.InvokeAsync("JoinQueue", "q1");
        // What the witness was told is not told again to who comes later.
        time.Advance(TimeSpan.FromSeconds(2));
        host.Behind.WhileQueueAsked = async () =>
        {
            host.Behind.WhileQueueAsked = () => Task.CompletedTask;
            host.Behind.Queues["q1"] = GatewayHost.Queue(current: "A-2");
            await host.PublishAsync(GatewayHost.Status("A-2", GatewayHost.Noon));
            await witness.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-2");
        };
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        await host.FlushAsync(guest);
        Assert.Equal("A-2", guest.Of("queue:updated")[^1].GetProperty("currentTicketNumber").GetString());
    }

    [Fact]
    public async Task An_unknown_queue_is_refused_by_code()
    {
        await using var host = await GatewayHost.StartAsync();
        var guest = await host.ConnectAsync();
        var refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("JoinQueue", "nowhere"));
        Assert.Contains("QUEUE_NOT_FOUND", refused.Message, StringComparison.Ordinal);
        Assert.Empty(guest.Heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task An_impossible_id_is_refused_by_code(string? id)
    {
        await using var host = await GatewayHost.StartAsync();
        var guest = await host.ConnectAsync();
        var refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("JoinQueue", id));
        Assert.Contains("VALIDATION_FAILED", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_service_is_away_the_refusal_says_so()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Behind.Away = true;
        var guest = await host.ConnectAsync();
        var refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("JoinQueue", "q1"));
        Assert.Contains("SERVICE_UNAVAILABLE", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("TrackTicket", "t1", "x"));
        Assert.Contains("SERVICE_UNAVAILABLE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_was_overtaken_is_not_pushed()
    {
        await using var host = await GatewayHost.StartAsync();
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        await host.PublishAsync(GatewayHost.Status("A-9", GatewayHost.Noon.AddSeconds(9)));
        await guest.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-9");
        await host.PublishAsync(GatewayHost.Status("A-8", GatewayHost.Noon.AddSeconds(8)));
        await host.PublishAsync(GatewayHost.Status("A-10", GatewayHost.Noon.AddSeconds(10)));
        await guest.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-10");
        Assert.DoesNotContain(guest.Of("queue:updated"), b => b.GetProperty("currentTicketNumber").GetString() == "A-8");
    }

    [Fact]
    public async Task Whoever_left_hears_nothing_more()
    {
        await using var host = await GatewayHost.StartAsync();
        var stays = await host.ConnectAsync();
        var leaves = await host.ConnectAsync();
        await stays.InvokeAsync("JoinQueue", "q1");
        await leaves.InvokeAsync("JoinQueue", "q1");
        await leaves.InvokeAsync("LeaveQueue", "q1");
        await host.PublishAsync(GatewayHost.Status("A-2", GatewayHost.Noon));
        await stays.HearsAsync("queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == "A-2");
        await host.FlushAsync(leaves);
        Assert.Single(leaves.Of("queue:updated"));
    }

    [Fact]
    public async Task One_connection_follows_at_most_200()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "0" });
        for (var i = 0; i <= 200; i++)
            host.Behind.Queues[$"n{i}"] = GatewayHost.Queue($"n{i}");
        var guest = await host.ConnectAsync();
        for (var i = 0; i < 200; i++)
            await guest.InvokeAsync("JoinQueue", $"n{i}");
        var refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("JoinQueue", "n200"));
        Assert.Contains("RATE_LIMITED", refused.Message, StringComparison.Ordinal);
        await guest.InvokeAsync("JoinQueue", "n0");
        await guest.InvokeAsync("LeaveQueue", "n0");
        await guest.InvokeAsync("JoinQueue", "n200");
    }

    [Fact]
    public async Task Notifications_reach_the_account_they_are_for_and_nobody_else()
    {
        await using var host = await GatewayHost.StartAsync();
        var ada = await host.ConnectAsync("ada");
        var bob = await host.ConnectAsync("bob");
        var guest = await host.ConnectAsync();
        await host.PublishAsync(
            new NotificationCreated
            {
                EventId = Guid.NewGuid(),
                OccurredAt = GatewayHost.Noon,
                NotificationId = "n1",
                Version = 1,
                UserId = "ada",
                TicketId = "t1",
                Type = "inapp",
                Template = "called",
                Subject = "Your turn",
                Message = "Go to 7",
                CreatedAt = GatewayHost.Noon,
            }
        );
        var heard = await ada.HearsAsync("notification");
        Assert.Equal("n1", heard.GetProperty("id").GetString());
        Assert.Equal("Go to 7", heard.GetProperty("message").GetString());
        await host.FlushAsync(bob);
        await host.FlushAsync(guest);
        Assert.Empty(bob.Of("notification"));
        Assert.Empty(guest.Of("notification"));
    }
}
