using SmartQueue.Analytics.Facts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Analytics.Rollups;

/// <summary>
/// Quarters of an hour, hours and days on the wall clock of a time zone, as stretches of real time. Where the clock is put back, the repeated hour is an
/// hour of its own and the day is longer; where it is put forward, the missing hour does not exist and the day is shorter.
/// Only instants are turned into local times, never the other way, so nothing is ambiguous. A zone that this machine does not know is UTC.
/// </summary>
internal sealed class WallClock(string timeZone)
{
    // Wider than any zone's offset to either side.
    private static readonly TimeSpan Offsets = TimeSpan.FromHours(30);
    private readonly TimeZoneInfo zone = ServiceCalendar.FindZone(timeZone) ?? TimeZoneInfo.Utc;

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>The zone's name; <c>UTC</c> instead of one that this machine does not know.</summary>
    public string Name => zone == TimeZoneInfo.Utc ? "UTC" : timeZone;

    /// <summary>The clock that most of some queues go by.</summary>
    /// <param name="queues">The queues.</param>
    /// <param name="otherwise">The zone where there are none.</param>
    public static WallClock OfMost(IEnumerable<QueueProfile> queues, string otherwise) =>
        new(
            queues
                .GroupBy(q => q.TimeZone, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .FirstOrDefault()
                ?.Key
                ?? otherwise
        );

    /// <summary>The local time at an instant.</summary>
    public DateTime LocalTime(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>The local date at an instant.</summary>
    public DateOnly LocalDate(DateTimeOffset instant) => DateOnly.FromDateTime(LocalTime(instant));

    /// <summary>When a date begins: usually at midnight, but at 01:00 where the clock skips midnight.</summary>
    public DateTimeOffset StartOfDay(DateOnly date)
    {
        var midnight = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return FirstInstant(midnight - Offsets, midnight + Offsets, t => LocalDate(t) >= date);
    }

    /// <summary>The begin of the piece of that size that an instant lies in.</summary>
    public DateTimeOffset Start(DateTimeOffset instant, BucketSize size)
    {
        if (size == BucketSize.Day)
            return StartOfDay(LocalDate(instant));
        var offset = zone.GetUtcOffset(instant);
        var start = instant - TimeSpan.FromTicks(LocalTime(instant).Ticks % Ticks(size));
        return zone.GetUtcOffset(start) == offset
            ? start.ToUniversalTime()
            : FirstInstant(start, instant, t => zone.GetUtcOffset(t) == offset);
    }

    /// <summary>The begin of the piece after the one that begins at <paramref name="start"/>.</summary>
    public DateTimeOffset Next(DateTimeOffset start, BucketSize size)
    {
        if (size != BucketSize.Day)
        {
            var offset = zone.GetUtcOffset(start);
            var end = start + TimeSpan.FromTicks(Ticks(size) - LocalTime(start).Ticks % Ticks(size));
            return zone.GetUtcOffset(end) == offset ? end : FirstInstant(start, end, t => zone.GetUtcOffset(t) != offset);
        }

        // A zone that crosses the date line skips a whole date.
        var date = LocalDate(start);
        DateTimeOffset next;
        do
        {
            date = date.AddDays(1);
            next = StartOfDay(date);
        } while (next <= start);
        return next;
    }

    private static long Ticks(BucketSize size) => size == BucketSize.Quarter ? TimeSpan.TicksPerHour / 4 : TimeSpan.TicksPerHour;

    /// <summary>The first millisecond in (before, at] for which a condition holds that stays true; it holds at the end.</summary>
    private static DateTimeOffset FirstInstant(DateTimeOffset before, DateTimeOffset at, Func<DateTimeOffset, bool> holds)
    {
        var (low, high) = (before.ToUnixTimeMilliseconds(), at.ToUnixTimeMilliseconds());
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (holds(DateTimeOffset.FromUnixTimeMilliseconds(middle)))
                high = middle;
            else
                low = middle;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(high);
    }
}
