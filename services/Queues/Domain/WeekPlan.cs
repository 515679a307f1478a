using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues.Domain;

/// <summary>Opening hours over a week that goes round.</summary>
internal static class WeekPlan
{
    private const int Day = 24 * 60;
    private const int Week = 7 * Day;
    private const int MaxIntervals = 50;

    /// <summary>Hours that do not overlap; <c>null</c> where none are given, or after noting what is wrong.</summary>
    /// <param name="given">As they were sent.</param>
    /// <param name="errors">Where to note it.</param>
    /// <param name="field">The field they were sent in.</param>
    public static IReadOnlyList<OpeningInterval>? Read(IReadOnlyList<OpeningHours?>? given, FieldErrors errors, string field)
    {
        if (given is null)
            return null;
        if (given.Count > MaxIntervals)
        {
            errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxIntervals} entries"));
            return null;
        }

        var hours = given
            .Select((h, i) => OpeningHours.Read(h, errors, string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]")))
            .ToList();
        if (hours.Contains(null))
            return null;
        if (FirstOverlap(hours!) is { } overlap)
        {
            errors.Add(
                field,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must not overlap: another interval has not ended when {overlap.Day.ToString().ToLowerInvariant()} {overlap.Opens:HH\\:mm} begins"
                )
            );
        }

        return hours!;
    }

    /// <summary>The first interval, in order of the week, that begins before another has ended; <c>null</c> where none does.</summary>
    public static OpeningInterval? FirstOverlap(IEnumerable<OpeningInterval> intervals)
    {
        var plan = intervals.Select(i => (Interval: i, Start: Start(i), End: End(i))).OrderBy(i => i.Start).ToList();
        for (var i = 0; i + 1 < plan.Count; i++)
        {
            if (plan[i].End > plan[i + 1].Start)
                return plan[i + 1].Interval;
        }

        // Saturday night may reach into Sunday, where the week begins again.
        return plan.Count > 1 && plan[^1].End - Week > plan[0].Start ? plan[0].Interval : null;
    }

    private static int Start(OpeningInterval interval) => (int)interval.Day * Day + Minutes(interval.Opens);

    private static int End(OpeningInterval interval) =>
        (int)interval.Day * Day + Minutes(interval.Closes) + (interval.Closes <= interval.Opens ? Day : 0);

    private static int Minutes(TimeOnly time) => time.Hour * 60 + time.Minute;
}
