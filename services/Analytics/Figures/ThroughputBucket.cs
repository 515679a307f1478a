using SmartQueue.Analytics.Rollups;

namespace SmartQueue.Analytics.Figures;

/// <summary>What happened in a quarter of an hour, an hour or a day to the tickets of the range. Durations are seconds, and <c>null</c> where
/// nobody was called.</summary>
/// <param name="From">When it begins, UTC.</param>
/// <param name="Created">Tickets that joined in it.</param>
/// <param name="Called">Tickets first called in it.</param>
/// <param name="Served">Tickets whose service ended in it.</param>
/// <param name="WaitP50">Wait of the tickets first called in it, median.</param>
/// <param name="WaitP90">The same, 90th percentile.</param>
/// <param name="PromisedWait">What those of them who had a promise to be kept were told on joining, mean.</param>
/// <param name="ActualWait">What these waited, mean.</param>
internal sealed record ThroughputBucket(
    DateTimeOffset From,
    int Created,
    int Called,
    int Served,
    double? WaitP50,
    double? WaitP90,
    double? PromisedWait,
    double? ActualWait
)
{
    /// <summary>The pieces of a range without gaps, then those after it in which its tickets were called or served.</summary>
    public static IReadOnlyList<ThroughputBucket> Of(TimeRange range, BucketSize size, WallClock clock, Rollup rollup)
    {
        var starts = new List<DateTimeOffset>();
        for (var start = clock.Start(range.From, size); start < range.To; start = clock.Next(start, size))
            starts.Add(start);
        var tallies = new QuarterTally?[starts.Count];
        // Sparse: a ticket may be served days later.
        var later = new SortedDictionary<DateTimeOffset, QuarterTally>();
        foreach (var (quarter, happened) in rollup.Quarters)
        {
            var at = Quarter.Start(quarter);
            if (at >= range.To && clock.Start(at, size) is var start && start != starts[^1])
            {
                if (!later.TryGetValue(start, out var after))
                    later[start] = after = new QuarterTally();
                after.Add(happened);
                continue;
            }

            var found = starts.BinarySearch(at);
            var index = found >= 0 ? found : Math.Max(0, ~found - 1);
            (tallies[index] ??= new QuarterTally()).Add(happened);
        }

        return [.. starts.Select((s, i) => Of(s, tallies[i])), .. later.Select(l => Of(l.Key, l.Value))];
    }

    private static ThroughputBucket Of(DateTimeOffset start, QuarterTally? tally)
    {
        if (tally is null)
            return new(start, 0, 0, 0, null, null, null, null);
        var waits = tally.Waits.Figures();
        return new(
            start,
            tally.Created,
            tally.Called,
            tally.Served,
            waits.P50,
            waits.P90,
            tally.Estimates.MeanPromised,
            tally.Estimates.MeanWaited
        );
    }
}
