namespace SmartQueue.Tickets.Tests;

public sealed class WaitEstimateTests
{
    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 1, 1, 300)]
    [InlineData(4, 1, 1, 1500)]
    [InlineData(4, 2, 2, 720)]
    [InlineData(0, 3, 1, 0)]
    public void Without_history_the_wait_is_services_to_begin_times_the_usual_one_over_counters(int ahead, int open, int busy, int expected) =>
        Assert.Equal(expected, WaitEstimate.Of(ahead, 300, new LineActivity([], open, busy)).EstimatedWaitTime);

    [Fact]
    public void Live_service_times_outweigh_the_definition()
    {
        var fast = new LineActivity([.. Enumerable.Repeat(TimeSpan.FromSeconds(60), 50)], 1, 1);
        Assert.InRange(WaitEstimate.Of(9, 300, fast).EstimatedWaitTime, 600, 1000);
    }

    [Fact]
    public void The_range_holds_the_estimate_and_is_never_negative()
    {
        for (var ahead = 0; ahead < 200; ahead++)
        {
            var e = WaitEstimate.Of(ahead, 300, new LineActivity([TimeSpan.FromSeconds(10), TimeSpan.FromHours(2)], 2, 2));
            Assert.InRange(e.EstimatedWaitTime, e.Low, e.High);
            Assert.True(e.Low >= 0);
        }
    }
}
