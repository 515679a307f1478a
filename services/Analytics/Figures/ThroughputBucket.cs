using SmartQueue.Analytics.Rollups;

namespace SmartQueue.Analytics.Figures;

/// <summary>What happened in an hour or a day to the tickets of the range.</summary>
/// <param name="From">When it begins, UTC.</param>
/// <param name="Created">Tickets that joined in it.</param>
/// <param name="Called">Tickets first called in it.</param>
/// <param name="Served">Tickets whose service ended in it.</param>
internal sealed record ThroughputBucket(DateTimeOffset From, int Created, int Called, int Served)
{
    /// <summary>The pieces of a range without gaps, then those after it in which its tickets were called or served.</summary>
    public static IReadOnlyList<ThroughputBucket> Of(TimeRange range, BucketSize size, WallClock clock, Rollup rollup)
    {
        var starts = new List<DateTimeOffset>();
        for (var start = clock.Start(range.From, size); start < range.To; start = clock.Next(start, size))
            starts.Add(start);
        var buckets = starts.ConvertAll(s => new ThroughputBucket(s, 0, 0, 0));
        // Sparse: a ticket may be served days later.
        var later = new SortedDictionary<DateTimeOffset, ThroughputBucket>();
        foreach (var (quarter, happened) in rollup.Quarters)
        {
            var at = Quarter.Start(quarter);
            if (at >= range.To && clock.Start(at, size) is var start && start != starts[^1])
            {
                later[start] = later.GetValueOrDefault(start, new(start, 0, 0, 0)).And(happened);
                continue;
            }

            var found = starts.BinarySearch(at);
            var index = found >= 0 ? found : Math.Max(0, ~found - 1);
            buckets[index] = buckets[index].And(happened);
        }

        return [.. buckets, .. later.Values];
    }

    private ThroughputBucket And(Rollup.Happened more) =>
        this with
        {
            Created = Created + more.Created,
            Called = Called + more.Called,
            Served = Served + more.Served,
        };
}
