using SmartQueue.Contracts;

namespace SmartQueue.Hosting.Time;

/// <summary>
/// A queue's days and opening hours on the wall clock of its time zone. Instants are turned into local times, and hardly ever the other
/// way, so the doubled and the missing hour of daylight saving need no rule: an instant has exactly one local time.
/// </summary>
public sealed class ServiceCalendar
{
    private const int DaysInWeek = 7;

    // Names of the database's files, not of places: which zone they are, or how it counts seconds, differs from machine to machine.
    private static readonly string[] NotPlaces = ["posix/", "right/", "localtime", "posixrules", "Factory"];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimeZoneInfo zone;
    private readonly IReadOnlyList<OpeningInterval>? hours;
    private readonly NumberReset reset;

    /// <summary>The calendar of a queue.</summary>
    /// <exception cref="TimeZoneNotFoundException">The time zone is unknown.</exception>
    public ServiceCalendar(string timeZone, IReadOnlyList<OpeningInterval>? openingHours, NumberReset numberReset)
    {
        zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        hours = openingHours;
        reset = numberReset;
    }

    /// <summary>The calendar of a queue; <c>null</c> where this machine does not know its time zone.</summary>
    public static ServiceCalendar? Of(QueueDefinition queue) =>
        FindZone(queue.TimeZone) is null ? null : new(queue.TimeZone, queue.OpeningHours, queue.NumberReset);

    /// <summary>
    /// A time zone; <c>null</c> where this machine does not know it. One that it knew when a queue was defined can be gone after an upgrade
    /// of the system or a move to another.
    /// </summary>
    public static TimeZoneInfo? FindZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>Whether a text names a time zone of the IANA database that this machine knows.</summary>
    public static bool IsTimeZone(string name) =>
        !NotPlaces.Any(n => name.StartsWith(n, StringComparison.OrdinalIgnoreCase))
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        && zone.HasIanaId;

    /// <summary>The time at <paramref name="instant"/> on the queue's wall clock.</summary>
    public DateTime LocalTime(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>
    /// The service day of an instant: the local date, except that hours that cross midnight belong to the day they began on.
    /// </summary>
    public DateOnly ServiceDay(DateTimeOffset instant)
    {
        var local = LocalTime(instant);
        var today = DateOnly.FromDateTime(local);
        return ReachesInto(today, TimeOnly.FromDateTime(local)) ? today.AddDays(-1) : today;
    }

    /// <summary>Whether a service day is over. It never is for a queue that never resets.</summary>
    public bool HasEnded(DateOnly serviceDay, DateTimeOffset instant) => reset == NumberReset.Daily && serviceDay < ServiceDay(instant);

    /// <summary>Whether numbers are given at an instant.</summary>
    public bool IsOpen(DateTimeOffset instant)
    {
        if (hours is null)
            return true;
        var local = LocalTime(instant);
        var time = TimeOnly.FromDateTime(local);
        var day = (WeekDay)local.DayOfWeek;
        return hours.Any(h => h.Day == day && time >= h.Opens && (time < h.Closes || CrossesMidnight(h)))
            || ReachesInto(DateOnly.FromDateTime(local), time);
    }

    /// <summary>Whether a queue is active and within its hours at an instant, so that it takes newcomers unless it is full.</summary>
    public static bool IsOpen(QueueDefinition queue, DateTimeOffset instant) => queue.IsActive && Of(queue)?.IsOpen(instant) == true;

    /// <summary>
    /// The first closing after an instant: the end of an opening interval, or midnight, from which on no numbers are given. An end that
    /// daylight saving skips is the moment it skips to; of one that comes twice it is the second, if numbers are given in between.
    /// </summary>
    /// <param name="after">The instant.</param>
    /// <param name="until">The last instant that is looked at.</param>
    /// <returns><c>null</c> where there is none until then: a queue that is always open never closes.</returns>
    public DateTimeOffset? FirstClosing(DateTimeOffset after, DateTimeOffset until)
    {
        // From the day before: its hours may reach into this one.
        var last = DateOnly.FromDateTime(LocalTime(until));
        for (var day = DateOnly.FromDateTime(LocalTime(after)).AddDays(-1); day <= last; day = day.AddDays(1))
        {
            var ends = (hours ?? []).Where(h => h.Day == (WeekDay)day.DayOfWeek).Select(h => EndOf(h, day));
            var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
            var closings = ends.Append(midnight).Select(ClosedFrom).Where(c => c > after && !IsOpen(c));
            if (closings.Order().Cast<DateTimeOffset?>().FirstOrDefault() is { } first)
                return first <= until ? first : null;
        }

        return null;
    }

    /// <summary>
    /// The wall-clock time at which numbers are given next; <c>null</c> while they are given, and where no hours say when. A time that
    /// daylight saving skips on that day is told as it is written in the hours.
    /// </summary>
    public DateTime? OpensNext(DateTimeOffset instant)
    {
        if (hours is null || IsOpen(instant))
            return null;
        var now = LocalTime(instant);
        return Enumerable
            .Range(0, DaysInWeek + 1)
            .Select(days => DateOnly.FromDateTime(now).AddDays(days))
            .SelectMany(day => hours.Where(h => h.Day == (WeekDay)day.DayOfWeek).Select(h => (DateTime?)day.ToDateTime(h.Opens)))
            .Where(opens => opens > now)
            .Min();
    }

    private static bool CrossesMidnight(OpeningInterval interval) => interval.Closes <= interval.Opens;

    private static DateTime EndOf(OpeningInterval interval, DateOnly day) =>
        day.AddDays(CrossesMidnight(interval) ? 1 : 0).ToDateTime(interval.Closes);

    // Where the clock is changed about then, a wall-clock time is two instants, or lies between two: the later one, and back to where it
    // began to be closed.
    private DateTimeOffset ClosedFrom(DateTime local)
    {
        var utc = new DateTimeOffset(local, TimeSpan.Zero);
        var (before, after) = (utc - zone.GetUtcOffset(utc.AddDays(-1)), utc - zone.GetUtcOffset(utc.AddDays(1)));
        var (first, closed) = before < after ? (before, after) : (after, before);
        while (closed > first && !IsOpen(closed) && !IsOpen(closed - Minute))
            closed -= Minute;
        return closed;
    }

    private bool ReachesInto(DateOnly day, TimeOnly time)
    {
        var before = (WeekDay)day.AddDays(-1).DayOfWeek;
        return hours?.Any(h => h.Day == before && CrossesMidnight(h) && time < h.Closes) == true;
    }
}
