namespace SmartQueue.Estimates.Tests;

public sealed class RingTests
{
    [Fact]
    public void It_keeps_the_latest_newest_first()
    {
        var ring = new Ring<int>(10);
        for (var n = 1; n <= 25; n++)
        {
            ring.Add(n);
            Assert.Equal(Enumerable.Range(0, Math.Min(n, 10)).Select(age => n - age), ring.Newest());
            Assert.Equal(n, ring[0]);
        }
    }

    [Fact]
    public void It_takes_room_for_what_it_holds_and_never_more_than_it_may()
    {
        var ring = new Ring<int>(10);
        Assert.Equal(0, ring.Room);
        for (var n = 1; n <= 25; n++)
        {
            ring.Add(n);
            Assert.InRange(ring.Room, ring.Count, Math.Max(4, Math.Min(10, 2 * ring.Count)));
        }
    }
}
