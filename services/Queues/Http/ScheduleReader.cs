using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>Reads time zone, opening hours and closures, which queues and branches are asked for by the same rules.</summary>
internal static class ScheduleReader
{
    private const int MaxZone = 64;
    private const int MaxClosures = 200;

    /// <summary>A time zone that this machine knows.</summary>
    public static string TimeZone(FieldErrors errors, string timeZone)
    {
        if (timeZone.Length > MaxZone || !ServiceCalendar.IsTimeZone(timeZone))
            errors.Add("timeZone", "must be an IANA time zone such as Europe/Madrid");
        return timeZone;
    }

    /// <summary>Hours that do not overlap; <c>null</c> where none are given, or after noting what is wrong.</summary>
    public static IReadOnlyList<OpeningInterval>? Hours(FieldErrors errors, IReadOnlyList<OpeningHours?>? given) =>
        WeekPlan.Read(given, errors, "openingHours");

    /// <summary>Closures; <c>null</c> where none are given, or after noting that they are too many.</summary>
    public static IReadOnlyList<QueueClosure>? Closures(FieldErrors errors, IReadOnlyList<Closure?>? given)
    {
        if (given is null)
            return null;
        if (given.Count > MaxClosures)
        {
            errors.Add("closures", $"must have at most {MaxClosures} entries");
            return null;
        }

        // One that cannot be read is noted, so what is left out here goes nowhere.
        return [.. given.Select((c, i) => Closure.Read(c, errors, Item("closures", i))).OfType<QueueClosure>()];
    }

    /// <summary>The name of an entry of a list, such as <c>counters[2]</c>.</summary>
    public static string Item(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");
}
