using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Rollups;

/// <summary>A stretch of time, its end exclusive.</summary>
internal sealed record TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>The range asked for. Without begin or end it is the present local day; with one of them, up to the end of that day or from
    /// the begin of the day of the other.</summary>
    /// <exception cref="Hosting.Errors.RefusedException">The range is empty or too long.</exception>
    public static TimeRange Of(DateTimeOffset? from, DateTimeOffset? to, WallClock clock, DateTimeOffset now)
    {
        var end = to ?? clock.Next(clock.Start(now, BucketSize.Day), BucketSize.Day);
        var begin = from ?? clock.Start(to?.AddMilliseconds(-1) ?? now, BucketSize.Day);
        var errors = new FieldErrors();
        if (begin >= end)
            errors.Add("from", "must be before to");
        else if (end - begin > Longest)
            errors.Add("to", "must be at most 400 days after from");
        errors.ThrowIfAny();
        return new TimeRange(begin, end);
    }
}
