namespace SmartQueue.Analytics.Rollups;

/// <summary>Reads a range: stored rollups where they hold everything; facts for the hours they do not, and for the ends of the range within
/// an hour.</summary>
internal static class Coverage
{
    /// <summary>Reads it, each instant once.</summary>
    /// <param name="range">The range.</param>
    /// <param name="stored">Takes in the stored rollups from an hour to the one after the last, and gives the hours that have none that
    /// holds everything, in order.</param>
    /// <param name="facts">Takes in the facts of a part of the range.</param>
    public static async Task ReadAsync(TimeRange range, Func<long, long, Task<IReadOnlyList<long>>> stored, Func<TimeRange, Task> facts)
    {
        var first = RollupHour.Of(range.From);
        if (RollupHour.Start(first) < range.From)
            first++;
        var end = RollupHour.Of(range.To);
        if (end < first)
        {
            await facts(range);
            return;
        }

        var stale = await stored(first, end);
        await FactsAsync(range.From, RollupHour.Start(first));
        for (var i = 0; i < stale.Count; i++)
        {
            var begin = i;
            while (i + 1 < stale.Count && stale[i + 1] == stale[i] + 1)
                i++;
            await FactsAsync(RollupHour.Start(stale[begin]), RollupHour.Start(stale[i] + 1));
        }

        await FactsAsync(RollupHour.Start(end), range.To);

        Task FactsAsync(DateTimeOffset from, DateTimeOffset to) => from < to ? facts(new TimeRange(from, to)) : Task.CompletedTask;
    }
}
