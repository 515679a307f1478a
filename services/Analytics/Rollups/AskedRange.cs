using System.Globalization;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Rollups;

/// <summary>A range of time as it is asked for: by instants, or by whole days of a clock that is known only later.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="FirstDay">The first day.</param>
/// <param name="LastDay">The last day, inclusive.</param>
internal sealed record AskedRange(DateTimeOffset? From, DateTimeOffset? To, DateOnly? FirstDay = null, DateOnly? LastDay = null)
{
    /// <summary>The present day.</summary>
    public static readonly AskedRange Present = new(null, null);

    private static readonly TimeSpan LongestByQuarter = TimeSpan.FromDays(32);

    /// <summary>Reads it from a query, and notes what is wrong.</summary>
    public static AskedRange Read(string? from, string? to, string? firstDay, string? lastDay, FieldErrors errors)
    {
        var asked = new AskedRange(errors.Time("from", from), errors.Time("to", to), Day("firstDay", firstDay), Day("lastDay", lastDay));
        if ((asked.FirstDay ?? asked.LastDay) is not null && !(string.IsNullOrEmpty(from) && string.IsNullOrEmpty(to)))
            errors.Add("firstDay", "must not stand beside from or to");
        return asked;

        DateOnly? Day(string field, string? text)
        {
            if (string.IsNullOrEmpty(text))
                return null;
            if (
                DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day.Year is >= 1970 and < 2200
            )
                return day;
            errors.Add(field, "must be a day such as 2026-03-29");
            return null;
        }
    }

    /// <summary>The range on a clock. One of the two days alone is that day; nothing at all is the present one.</summary>
    /// <param name="clock">Whose days.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="size">How the range will be cut: by quarters of an hour it is at most 32 days.</param>
    /// <exception cref="Hosting.Errors.RefusedException">The range is empty or too long.</exception>
    public TimeRange On(WallClock clock, DateTimeOffset now, BucketSize size = BucketSize.Day)
    {
        var range = (FirstDay ?? LastDay) is { } first
            ? TimeRange.Of(clock.StartOfDay(first), clock.StartOfDay((LastDay ?? first).AddDays(1)), clock, now)
            : TimeRange.Of(From, To, clock, now);
        if (size == BucketSize.Quarter && range.To - range.From > LongestByQuarter)
        {
            var errors = new FieldErrors();
            errors.Add("bucket", "must be hour or day over more than 32 days");
            errors.ThrowIfAny();
        }

        return range;
    }
}
