using SmartQueue.Contracts;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

public sealed class PositionTests
{
    [Fact]
    public async Task A_burst_of_changes_is_few_reads_and_everyone_learns_the_new_position()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        host.Behind.Line = [Entry("A-1", 1), Entry("A-2", 2)];
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => host.PublishAsync(Other(i))));
        await first.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 1);
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        Assert.InRange(host.Behind.LineReads, 1, 10);
        Assert.Equal(2, first.Of("ticket:updated").Count);
    }

    [Fact]
    public async Task The_last_state_of_a_burst_arrives()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        for (var i = 0; i < 50; i++)
        {
            host.Behind.Line = [Entry("A-1", 100 - i), Entry("A-2", 101 - i)];
            await host.PublishAsync(Other(i));
        }

        await first.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 51);
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 52);
    }

    [Fact]
    public async Task The_last_state_arrives_even_if_the_line_could_not_be_read_at_first()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, _) = await TrackTwoAsync(host);
        host.Behind.Away = true;
        host.Behind.Line = [Entry("A-1", 1), Entry("A-2", 2)];
        await host.PublishAsync(Other(1));
        // One read is three attempts.
        await Eventually.TrueAsync(() => Task.FromResult(host.Behind.LineReads >= 3));
        host.Behind.Away = false;
        await first.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 1);
    }

    [Fact]
    public async Task A_waiting_ticket_that_the_line_does_not_show_yet_keeps_its_position()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        host.Behind.Line = [Entry("A-2", 2)];
        await host.PublishAsync(Other(1));
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        await host.FlushAsync(first);
        Assert.Single(first.Of("ticket:updated"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_stops_following_or_is_gone_is_told_nothing_and_costs_nothing(bool untracks)
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, second) = await TrackTwoAsync(host);
        if (untracks)
            await first.InvokeAsync("UntrackTicket", "t1");
        else
            await first.Connection.StopAsync(TestContext.Current.CancellationToken);
        host.Behind.Line = [Entry("A-1", 1), Entry("A-2", 2)];
        await host.PublishAsync(Other(1));
        await second.HearsAsync("ticket:updated", b => b.GetProperty("position").GetInt32() == 2);
        if (untracks)
            await host.FlushAsync(first);
        Assert.Single(first.Of("ticket:updated"));

        await second.InvokeAsync("UntrackTicket", "t2");
        var reads = host.Behind.LineReads;
        // A call is pushed before the line would be read, and the screen hears of the second after the first was dealt with.
        await second.InvokeAsync("JoinQueue", "q1");
        await host.PublishAsync(GatewayHost.Called(GatewayHost.Ticket("x", "A-99", TicketStatus.Called)));
        await second.HearsAsync("ticket:called");
        await host.PublishAsync(GatewayHost.Called(GatewayHost.Ticket("y", "A-100", TicketStatus.Called)));
        await second.HearsAsync("ticket:called", b => b.GetProperty("ticketId").GetString() == "y");
        Assert.Equal(reads, host.Behind.LineReads);
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

    private static object Entry(string number, int position) =>
        new
        {
            ticketNumber = number,
            status = "waiting",
            position,
            estimatedWaitTime = position * 60,
            estimatedWaitLow = position * 50,
            estimatedWaitHigh = position * 70,
        };

    private static TicketCalled Other(int i) => GatewayHost.Called(GatewayHost.Ticket($"other{i}", $"A-{1000 + i}", TicketStatus.Called));
}
