namespace SmartQueue.Estimates.Tests;

public sealed class OrderIndexTests
{
    [Fact]
    public void It_ranks_and_picks_as_a_sorted_list_does()
    {
        var random = new Random(3);
        var index = new OrderIndex<int>(Comparer<int>.Default);
        var list = new SortedSet<int>();
        for (var i = 0; i < 5000; i++)
        {
            var key = random.Next(1000);
            if (random.Next(3) == 0)
            {
                index.Remove(key);
                list.Remove(key);
            }
            else if (list.Add(key))
            {
                index.Add(key);
            }

            Assert.Equal(list.Count, index.Count);
            var asked = random.Next(1000);
            Assert.Equal(list.Count(k => k < asked), index.Rank(asked));
            if (list.Count > 0)
                Assert.Equal(list.ElementAt(i % list.Count), index.At(i % list.Count));
        }
    }
}
