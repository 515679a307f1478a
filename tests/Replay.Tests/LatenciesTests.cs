using SmartQueue.Replay.Play;

namespace SmartQueue.Replay.Tests;

public sealed class LatenciesTests
{
    [Fact]
    public void Nothing_has_no_percentiles() => Assert.Null(new Latencies().Percentiles(0.5));

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(100, 50, 99, 100)]
    [InlineData(101, 51, 100, 101)]
    [InlineData(1000, 500, 990, 1000)]
    public void Percentiles_go_by_nearest_rank(int count, double median, double p99, double max)
    {
        var latencies = new Latencies();
        foreach (var i in Enumerable.Range(1, count).Reverse())
            latencies.Add(TimeSpan.FromMilliseconds(i));

        Assert.Equal([median, p99, max], latencies.Percentiles(0.5, 0.99, 1)!);
    }
}
