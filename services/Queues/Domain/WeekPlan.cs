using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>Opening hours over a week that goes round.</summary>
internal static class WeekPlan
{
    private const int Day = 24 * 60;
    private const int Week = 7 * Day;

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
