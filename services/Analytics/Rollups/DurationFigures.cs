namespace SmartQueue.Analytics.Rollups;

/// <summary>
/// How a set of durations is spread, in seconds; all <c>null</c> for an empty set. Percentiles are exact by the nearest-rank method
/// on durations rounded up to the second: <c>p90</c> is the shortest duration of the set that at least 90 % of it do not exceed.
/// </summary>
/// <param name="Mean">Arithmetic mean, to the millisecond.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="Max">The longest.</param>
internal sealed record DurationFigures(double? Mean, double? P50, double? P90, double? P95, double? Max)
{
    /// <summary>Those of no duration.</summary>
    public static readonly DurationFigures Empty = new(null, null, null, null, null);

    /// <summary>The mean of durations in milliseconds, in seconds; <c>null</c> for none.</summary>
    public static double? MeanOf(List<long> milliseconds) =>
        milliseconds.Count == 0 ? null : Math.Round((double)milliseconds.Sum() / milliseconds.Count) / 1000;
}
