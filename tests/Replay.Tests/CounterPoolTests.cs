using SmartQueue.Replay.Play;

namespace SmartQueue.Replay.Tests;

public sealed class CounterPoolTests
{
    [Fact]
    public void A_held_counter_is_replaced_until_it_is_free_again()
    {
        var pool = new CounterPool();

        Assert.Equal("S1", pool.Take("S1"));
        Assert.Equal("extra-1", pool.Take("S1"));
        Assert.Equal("extra-2", pool.Take(null));
        pool.Free("S1");
        pool.Free("extra-1");
        Assert.Equal("S1", pool.Take("S1"));
        Assert.Equal("extra-1", pool.Take("S1"));
    }
}
