using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Domain;

/// <summary>When service days begin.</summary>
internal static class ServiceDays
{
    // A day that takes over hours of the day before and lends its own to the next is under 48 hours, daylight saving included 49.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(50);

    /// <summary>
    /// The first instant of the service day that <paramref name="now"/> is in. Days begin on whole minutes.
    /// </summary>
    public static DateTimeOffset Start(ServiceCalendar calendar, DateTimeOffset now)
    {
        var today = calendar.ServiceDay(now);
        var inside = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        return ServiceCalendar.FirstMinute(inside - Longest, inside, at => calendar.ServiceDay(at) >= today);
    }
}
