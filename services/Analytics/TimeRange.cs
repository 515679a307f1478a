using System.Globalization;
using System.Text.RegularExpressions;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics;

/// <summary>A stretch of time, its end exclusive.</summary>
internal sealed partial record TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>The range asked for. Without begin or end it is the present local day; with one of them, up to the end of that day or from the begin of the day of the other.</summary>
    /// <exception cref="Hosting.Errors.RefusedException">The range is empty or too long.</exception>
    public static TimeRange Of(DateTimeOffset? from, DateTimeOffset? to, WallClock clock, DateTimeOffset now)
    {
        var end = to ?? clock.Next(clock.Start(now, BucketSize.Day), BucketSize.Day);
        var begin = from ?? clock.Start(to?.AddMilliseconds(-1) ?? now, BucketSize.Day);
        var errors = new FieldErrors();
        if (begin >= end) errors.Add("from", "must be before to");
        else if (end - begin > Longest) errors.Add("to", "must be at most 400 days after from");
        errors.ThrowIfAny();
        return new TimeRange(begin, end);
    }

    /// <summary>Reads an RFC 3339 time of the years 1970 to 2199; notes an error where it is none.</summary>
    public static DateTimeOffset? Read(string field, string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // The exact formats leave out Z, and the pattern keeps out what they take beyond the RFC.
        if (Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParseExact(text.EndsWith('Z') ? text[..^1] + "+00:00" : text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            && time.Year is >= 1970 and < 2200)
            return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        errors.Add(field, "must be a time such as 2026-03-29T08:15:00Z (RFC 3339; write + as %2B)");
        return null;
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
