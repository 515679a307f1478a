using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// The one way times are read from requests, wherever they stand: a date-time of RFC 3339 §5.6 with its offset, and nothing that would have
/// to be guessed. Years are from 1970 to 2199. A leap second (<c>:60</c>) is refused: no clock here has one.
/// </summary>
public static partial class Rfc3339
{
    /// <summary>What is said of a text that is no such time, as a rule of <see cref="FieldErrors"/>.</summary>
    public const string Rule = "must be a time such as 2026-03-29T08:15:00Z (RFC 3339)";

    private const int FinestFraction = 8; // With its point: 100 ns.
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Reads a time, in UTC and cut to milliseconds, the finest both storages keep.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        // The pattern keeps out what the formats take beyond the RFC; the formats keep out what only looks like a time.
        var match = Pattern().Match(text);
        if (!match.Success)
            return false;
        var fraction = match.Groups["fraction"].Value;
        if (fraction.Length > FinestFraction)
            fraction = fraction[..FinestFraction];
        var zone = match.Groups["zone"].Value is "Z" or "z" ? "+00:00" : match.Groups["zone"].Value;
        var canonical = $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{fraction}{zone}";
        if (
            !DateTimeOffset.TryParseExact(canonical, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var read)
            || read.Year is < 1970 or >= 2200
        )
            return false;
        time = read.AddTicks(-(read.Ticks % TimeSpan.TicksPerMillisecond));
        return true;
    }

    [GeneratedRegex(
        @"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?<fraction>\.[0-9]+)?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
