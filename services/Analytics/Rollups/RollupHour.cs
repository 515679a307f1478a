namespace SmartQueue.Analytics.Rollups;

/// <summary>Hours of UTC, numbered from 1970 on.</summary>
internal static class RollupHour
{
    private const long Milliseconds = 60 * 60 * 1000;

    /// <summary>The hour an instant lies in.</summary>
    public static long Of(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / Milliseconds;

    /// <summary>When an hour begins.</summary>
    public static DateTimeOffset Start(long hour) => DateTimeOffset.FromUnixTimeMilliseconds(hour * Milliseconds);

    /// <summary>All of an hour.</summary>
    public static TimeRange Whole(long hour) => new(Start(hour), Start(hour + 1));
}
