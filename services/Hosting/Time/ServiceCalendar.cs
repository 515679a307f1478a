using SmartQueue.Contracts;

namespace SmartQueue.Hosting.Time;

/// <summary>
/// A queue's days, opening hours and closures on the wall clock of its time zone. What holds is asked of instants, which have exactly one
/// local time each, so the doubled and the missing hour of daylight saving need no rule.
/// </summary>
public sealed class ServiceCalendar
{
    private const int DaysInWeek = 7;

    // Names of the database's files, not of places: which zone they are, or how it counts seconds, differs from machine to machine.
    private static readonly string[] NotPlaces = ["posix/", "right/", "localtime", "posixrules", "Factory"];

    private readonly TimeZoneInfo zone;
    private readonly IReadOnlyList<OpeningInterval>? hours;
    private readonly IReadOnlyList<QueueClosure> closures;
    private readonly NumberReset reset;

    /// <summary>The calendar of a queue.</summary>
    /// <exception cref="TimeZoneNotFoundException">The time zone is unknown.</exception>
    public ServiceCalendar(
        string timeZone,
        IReadOnlyList<OpeningInterval>? openingHours,
        NumberReset numberReset,
        IReadOnlyList<QueueClosure>? closures = null
    )
    {
        zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        hours = openingHours;
        this.closures = closures ?? [];
        reset = numberReset;
    }

    /// <summary>The calendar of a queue; <c>null</c> where this machine does not know its time zone.</summary>
    public static ServiceCalendar? Of(QueueDefinition queue) =>
        FindZone(queue.TimeZone) is null ? null : new(queue.TimeZone, queue.OpeningHours, queue.NumberReset, queue.Closures);

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

    /// <summary>The first minute at which a service day is over; <c>null</c> for a queue that never resets.</summary>
    public DateTimeOffset? EndOf(DateOnly serviceDay)
    {
        if (reset != NumberReset.Daily)
            return null;
        var next = StartOf(serviceDay.AddDays(1));
        // Hours across midnight end within a day.
        return HasEnded(serviceDay, next) ? next : FirstMinute(next, StartOf(serviceDay.AddDays(2)), at => HasEnded(serviceDay, at));
    }

    /// <summary>Whether numbers are given at an instant.</summary>
    public bool IsOpen(DateTimeOffset instant) => IsWithinHours(instant) && ClosureAt(instant) is null;

    /// <summary>The closure that holds at an instant; <c>null</c> where none does.</summary>
    public QueueClosure? ClosureAt(DateTimeOffset instant)
    {
        var day = LocalDay(instant);
        return closures.FirstOrDefault(c => (c.From <= instant && instant < c.To) || (c.FirstDay <= day && day <= c.LastDay));
    }

    /// <summary>When numbers are given next; <c>null</c> while they are given, and where no hours say when.</summary>
    public DateTimeOffset? OpensNext(DateTimeOffset instant)
    {
        if (IsOpen(instant))
            return null;
        // Each round leaves a closure behind, or comes to hours: there are few.
        DateTimeOffset? next = instant;
        while (next is { } at)
        {
            if (ClosureAt(at) is { } closure)
                next = closure.To ?? StartOf(closure.LastDay!.Value.AddDays(1));
            else if (IsWithinHours(at))
                return at;
            else
                next = HoursChange(at);
        }

        return null;
    }

    /// <summary>When numbers are no longer given; <c>null</c> while they are not given, and where that never ends.</summary>
    public DateTimeOffset? ClosesNext(DateTimeOffset instant)
    {
        if (!IsOpen(instant))
            return null;
        var today = LocalDay(instant);
        var day = closures.Select(c => c.FirstDay).Where(d => d > today).Min();
        DateTimeOffset?[] ends =
        [
            HoursChange(instant),
            closures.Select(c => c.From).Where(f => f > instant).Min(),
            day is { } first ? StartOf(first) : null,
        ];
        return ends.Min();
    }

    /// <summary>
    /// The first closing after an instant. Where it is closed then, the end of the next opening, or the end of the local day if that comes
    /// first. Of an end that daylight saving doubles it is the second, if numbers are given in between.
    /// </summary>
    /// <param name="after">The instant.</param>
    /// <param name="until">The last instant that is looked at.</param>
    /// <returns><c>null</c> where there is none until then: a queue that is always open never closes.</returns>
    public DateTimeOffset? FirstClosing(DateTimeOffset after, DateTimeOffset until)
    {
        DateTimeOffset? closing;
        if (IsOpen(after))
        {
            closing = ClosesNext(after);
        }
        else
        {
            var opens = OpensNext(after);
            var dayEnds = StartOf(LocalDay(after).AddDays(1));
            closing = opens <= dayEnds ? ClosesNext(opens.Value) : dayEnds;
        }

        while (closing <= until && OpensNext(closing.Value) is { } again && LocalTime(again) <= LocalTime(closing.Value))
            closing = ClosesNext(again);
        return closing <= until ? closing : null;
    }

    /// <summary>Whether a queue is active and within its hours at an instant, so that it takes newcomers unless it is full.</summary>
    public static bool IsOpen(QueueDefinition queue, DateTimeOffset instant) => queue.IsActive && Of(queue)?.IsOpen(instant) == true;

    /// <summary>The first minute that something holds, found by halving; it needs no way back from local times.</summary>
    /// <param name="before">A whole minute when it does not hold yet.</param>
    /// <param name="inside">A whole minute when it holds.</param>
    /// <param name="holds">Whether it does. Once it holds it goes on.</param>
    public static DateTimeOffset FirstMinute(DateTimeOffset before, DateTimeOffset inside, Func<DateTimeOffset, bool> holds)
    {
        while (inside - before > TimeSpan.FromMinutes(1))
        {
            var middle = before + TimeSpan.FromMinutes(Math.Floor((inside - before).TotalMinutes / 2));
            if (holds(middle))
                inside = middle;
            else
                before = middle;
        }

        return inside;
    }

    private static bool CrossesMidnight(OpeningInterval interval) => interval.Closes <= interval.Opens;

    private DateOnly LocalDay(DateTimeOffset instant) => DateOnly.FromDateTime(LocalTime(instant));

    private bool IsWithinHours(DateTimeOffset instant)
    {
        if (hours is null)
            return true;
        var local = LocalTime(instant);
        var time = TimeOnly.FromDateTime(local);
        var day = (WeekDay)local.DayOfWeek;
        return hours.Any(h => h.Day == day && time >= h.Opens && (time < h.Closes || CrossesMidnight(h)))
            || ReachesInto(DateOnly.FromDateTime(local), time);
    }

    // The first instant of a local day, which need not be at midnight. Zones are from 12 hours behind UTC to 14 ahead.
    private DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return FirstMinute(midnight.AddHours(-15), midnight.AddHours(13), at => LocalDay(at) >= day);
    }

    private DateTimeOffset? HoursChange(DateTimeOffset instant)
    {
        var open = IsWithinHours(instant);
        return HoursMayChange(instant).Where(at => at > instant && IsWithinHours(at) != open).Min(at => (DateTimeOffset?)at);
    }

    // All instants of a week at which hours begin or end, and more: each wall-clock time by every offset that the zone has in that week,
    // of which one may skip it and two may double it, and the jumps between them.
    private IEnumerable<DateTimeOffset> HoursMayChange(DateTimeOffset instant)
    {
        if (hours is null)
            return [];
        var minute = instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMinute));
        var days = Enumerable.Range(-1, DaysInWeek + 3).Select(d => minute.AddDays(d)).ToList();
        var offsets = days.Select(zone.GetUtcOffset).Distinct().ToList();
        var jumps = days.Zip(days.Skip(1))
            .Where(d => zone.GetUtcOffset(d.First) != zone.GetUtcOffset(d.Second))
            .Select(d => FirstMinute(d.First, d.Second, at => zone.GetUtcOffset(at) == zone.GetUtcOffset(d.Second)));
        return days.Select(LocalDay)
            .Distinct()
            .SelectMany(day => hours.Where(h => h.Day == (WeekDay)day.DayOfWeek).SelectMany(h => Ends(day, h)))
            .SelectMany(local => offsets.Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()))
            .Concat(jumps);
    }

    private static IEnumerable<DateTime> Ends(DateOnly day, OpeningInterval interval) =>
        [day.ToDateTime(interval.Opens), day.AddDays(CrossesMidnight(interval) ? 1 : 0).ToDateTime(interval.Closes)];

    private bool ReachesInto(DateOnly day, TimeOnly time)
    {
        var before = (WeekDay)day.AddDays(-1).DayOfWeek;
        return hours?.Any(h => h.Day == before && CrossesMidnight(h) && time < h.Closes) == true;
    }
}
