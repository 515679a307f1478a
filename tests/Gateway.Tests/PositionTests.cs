using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Tests;

public sealed class PositionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Everyone_learns_the_new_position_with_the_line_and_nobody_asks_for_it()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        var asked = host.Behind.Asked;

        await host.PublishAsync(Line(Noon, "t1", "t2"));

        var heard = await first.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 1);
        Assert.Equal(60, heard.GetProperty("estimatedWaitTime").GetInt32());
        Assert.Equal(50, heard.GetProperty("estimatedWaitLow").GetInt32());
        Assert.Equal(70, heard.GetProperty("estimatedWaitHigh").GetInt32());
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        Assert.Equal(asked, host.Behind.Asked);
    }

    [Fact]
    public async Task A_line_that_stands_as_it_stood_is_told_to_nobody()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        await host.PublishAsync(Line(Noon, "t1", "t2"));
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);

        await host.PublishAsync(Line(Noon.AddSeconds(1), "t1", "x", "t2"));

        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 3);
        await host.FlushAsync(first);
        Assert.Equal(2, first.Of("ticket:updated").Count);
    }

    [Fact]
    public async Task What_was_overtaken_on_its_way_is_told_to_nobody()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        await host.PublishAsync(Line(Noon.AddSeconds(1), "t1", "t2"));
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);

        await host.PublishAsync(Line(Noon, "x", "y", "t1", "t2"));
        await host.PublishAsync(Line(Noon.AddSeconds(2), "t2", "t1"));

        await first.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        Assert.DoesNotContain(first.Of("ticket:updated"), b => b.GetProperty("position").GetInt32() == 3);
    }

    [Fact]
    public async Task A_waiting_ticket_that_the_line_does_not_name_keeps_its_position()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);

        await host.PublishAsync(Line(Noon, "x", "t2"));

        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        await host.FlushAsync(first);
        Assert.Single(first.Of("ticket:updated"));
    }

    [Fact]
    public async Task Who_is_called_is_not_told_a_place_by_a_line_from_before()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        await host.PublishAsync(GatewayHost.Called(GatewayHost.Ticket("t1", "A-1", TicketStatus.Called, version: 2)));
        await first.HearsAsync("ticket:updated", b => b.GetProperty("status").GetString() == "called");

        await host.PublishAsync(Line(Noon, "t1", "t2"));

        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        await host.FlushAsync(first);
        Assert.Equal("called", first.Of("ticket:updated")[^1].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_stops_following_or_is_gone_is_told_nothing(bool untracks)
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        if (untracks)
            await first.InvokeAsync("UntrackTicket", "t1");
        else
            await first.Connection.StopAsync(TestContext.Current.CancellationToken);

        await host.PublishAsync(Line(Noon, "t1", "t2"));

        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        if (untracks)
            await host.FlushAsync(first);
        Assert.Single(first.Of("ticket:updated"));
    }

    private static async Task<(Listener First, Listener Second)> TrackTwoAsync(GatewayHost host)
    {
        host.Keep(GatewayHost.Ticket("t1", "A-1"), position: 500);
        host.Keep(GatewayHost.Ticket("t2", "A-2"), position: 501);
        var first = await host.ConnectAsync();
        var second = await host.ConnectAsync();
        await first.InvokeAsync("TrackTicket", "t1", "token-of-t1");
        await second.InvokeAsync("TrackTicket", "t2", "token-of-t2");
        await first.HearsAsync("ticket:updated");
        await second.HearsAsync("ticket:updated");
        return (first, second);
    }

    private static LinePositionsChanged Line(DateTimeOffset at, params string[] ticketIds) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = at,
            QueueId = "q1",
            TicketIds = ticketIds,
            Waits = [.. ticketIds.Select((_, i) => (i + 1) * 60)],
            Lows = [.. ticketIds.Select((_, i) => (i + 1) * 50)],
            Highs = [.. ticketIds.Select((_, i) => (i + 1) * 70)],
            Whole = true,
            NewcomerWait = 600,
        };
}
