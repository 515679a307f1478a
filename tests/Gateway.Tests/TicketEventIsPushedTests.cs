using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Tests;

public sealed class TicketEventIsPushedTests
{
    private static readonly TicketState Ticket = GatewayHost.Ticket("t1", "A-1");
    private static readonly TicketState CalledTicket = GatewayHost.Ticket("t1", "A-1", TicketStatus.Called, 2);

    [Fact]
    public async Task With_the_tracking_token_the_present_state_comes_first_and_then_the_changes()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket, position: 4);
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        var first = await guest.HearsAsync("ticket:updated");
        Assert.Equal(4, first.GetProperty("position").GetInt32());
        Assert.Equal("waiting", first.GetProperty("status").GetString());
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        var changed = await guest.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        Assert.Equal("7", changed.GetProperty("counter").GetString());
        Assert.All(guest.Heard, NothingPersonal);
    }

    [Fact]
    public async Task Who_came_for_an_appointment_is_told_its_time()
    {
        var booked = new DateTimeOffset(2026, 3, 3, 10, 20, 0, TimeSpan.Zero);
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await host.PublishAsync(GatewayHost.Called(CalledTicket with { AppointmentAt = booked }));
        var changed = await guest.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        Assert.Equal("2026-03-03T10:20:00.000Z", changed.GetProperty("appointmentAt").GetString());
    }

    [Theory]
    [InlineData("t1")]
    [InlineData("t1", null)]
    public async Task A_signed_in_owner_tracks_by_access_token(params string?[] arguments)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var ada = await host.ConnectAsync("ada");
        await ada.InvokeAsync("TrackTicket", [.. arguments]);
        await ada.HearsAsync("ticket:updated");
    }

    [Fact]
    public async Task A_call_with_the_wrong_arguments_fails_and_the_connection_goes_on()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var guest = await host.ConnectAsync();
        var refused = await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("TrackTicket", "t1"));
        Assert.Contains("TICKET_NOT_FOUND", refused.Message, StringComparison.Ordinal);
        foreach (
            var wrong in (object?[][])
                [
                    [],
                    [7],
                    ["t1", 7],
                    ["t1", "token-of-t1", "more"],
                ]
        )
            await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("TrackTicket", wrong));
        await Assert.ThrowsAsync<HubException>(() => guest.InvokeAsync("JoinQueue"));
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await guest.HearsAsync("ticket:updated");
    }

    [Fact]
    public async Task Without_permission_nothing_is_heard_then_or_later()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var owner = await host.ConnectAsync();
        await owner.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        var stranger = await host.ConnectAsync();
        var refused = await Assert.ThrowsAsync<HubException>(() => stranger.InvokeAsync("TrackTicket", "t1", "guessed"));
        Assert.Contains("TICKET_NOT_FOUND", refused.Message, StringComparison.Ordinal);
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        await owner.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        await host.FlushAsync(stranger);
        Assert.DoesNotContain(stranger.Heard, h => h.Message.StartsWith("ticket:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_heard_while_permission_is_being_asked_for()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var owner = await host.ConnectAsync();
        await owner.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        host.Behind.WhileAsked = async () =>
        {
            await host.PublishAsync(GatewayHost.Called(CalledTicket));
            await owner.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        };
        var stranger = await host.ConnectAsync();
        await Assert.ThrowsAsync<HubException>(() => stranger.InvokeAsync("TrackTicket", "t1", "guessed"));
        await host.FlushAsync(stranger);
        Assert.DoesNotContain(stranger.Heard, h => h.Message.StartsWith("ticket:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_heard_after_permission_could_not_be_asked_for()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var owner = await host.ConnectAsync();
        await owner.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        host.Behind.Away = true;
        var stranger = await host.ConnectAsync();
        await Assert.ThrowsAsync<HubException>(() => stranger.InvokeAsync("TrackTicket", "t1", "guessed"));
        host.Behind.Away = false;
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        await owner.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        await host.FlushAsync(stranger);
        Assert.DoesNotContain(stranger.Heard, h => h.Message.StartsWith("ticket:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_goes_to_the_whole_queue_without_personal_data()
    {
        await using var host = await GatewayHost.StartAsync();
        var screen = await host.ConnectAsync();
        await screen.InvokeAsync("JoinQueue", "q1");
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        var called = await screen.HearsAsync("ticket:called");
        Assert.Equal(
            """{"queueId":"q1","ticketId":"t1","ticketNumber":"A-1","counter":"7","recall":false,"calledAt":null,"recalls":0}""",
            called.GetRawText()
        );
        Assert.All(screen.Heard, NothingPersonal);
        Assert.Empty(screen.Of("ticket:updated"));
    }

    [Fact]
    public async Task Whoever_follows_both_queue_and_ticket_hears_a_call_once()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("JoinQueue", "q1");
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        await guest.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");
        await host.FlushAsync(guest);
        Assert.Single(guest.Of("ticket:called"));
    }

    [Fact]
    public async Task Whoever_follows_the_ticket_alone_hears_the_call()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        await guest.HearsAsync("ticket:called");
    }

    [Fact]
    public async Task A_change_that_comes_while_the_ticket_is_read_is_not_lost()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket);
        var witness = await host.ConnectAsync();
        await witness.InvokeAsync("JoinQueue", "q1");
        var asked = 0;
        host.Behind.WhileAsked = async () =>
        {
            // The service has read the ticket as it was before each of these.
            var version = 1 + Interlocked.Increment(ref asked);
            await host.PublishAsync(GatewayHost.Called(CalledTicket with { Version = version, Counter = $"{version}" }));
            await witness.HearsAsync("ticket:called", b => b.GetProperty("counter").GetString() == $"{version}");
        };
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await host.FlushAsync(guest);
        await guest.HearsAsync("ticket:updated", b => b.GetProperty("version").GetInt64() == 1 + asked);
    }

    [Fact]
    public async Task An_older_version_of_a_ticket_is_not_pushed()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Keep(Ticket with { Version = 5 });
        var guest = await host.ConnectAsync();
        await guest.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await host.PublishAsync(GatewayHost.Called(CalledTicket));
        await guest.HearsAsync("ticket:called");
        await host.PublishAsync(GatewayHost.Called(CalledTicket with { Version = 6, Counter = "8" }));
        await guest.HearsAsync("ticket:updated", b => b.GetProperty("version").GetInt64() == 6);
        Assert.DoesNotContain(guest.Of("ticket:updated"), b => b.GetProperty("version").GetInt64() == 2);
    }

    internal static void NothingPersonal((string Message, System.Text.Json.JsonElement Body) heard)
    {
        var text = heard.Body.GetRawText();
        Assert.All(["customerName", "phone", "email", "Lovelace", "34600000000", "ada@example.com"], p =>
            Assert.DoesNotContain(p, text, StringComparison.OrdinalIgnoreCase)
        );
    }
}
