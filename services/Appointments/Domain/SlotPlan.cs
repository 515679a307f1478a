using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments.Domain;

/// <summary>
/// The slots of a queue. Each stretch of its hours is cut into slots from its beginning on, by the time that really goes by and not by
/// what the clock on the wall says: an hour that is skipped has no slot, one that is doubled has its slots twice, and none is longer or
/// shorter than the others. A slot lies within its stretch from end to end, and meets no closure.
/// </summary>
internal sealed class SlotPlan
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimeZoneInfo zone;
    private readonly TimeSpan length;
    private readonly IReadOnlyList<OpeningInterval>? hours;
    private readonly IReadOnlyList<QueueClosure> closures;

    private SlotPlan(TimeZoneInfo zone, QueueDefinition queue, BookingRules rules)
    {
        this.zone = zone;
        length = TimeSpan.FromSeconds(rules.SlotLength);
        hours = rules.Hours ?? queue.OpeningHours;
        closures = queue.Closures ?? [];
    }

    /// <summary>The plan of a queue; <c>null</c> where it takes no appointments, or this machine does not know its time zone.</summary>
    public static SlotPlan? Of(QueueDefinition queue) =>
        queue.Booking is { } rules && ServiceCalendar.FindZone(queue.TimeZone) is { } zone ? new SlotPlan(zone, queue, rules) : null;

    /// <summary>The slots that begin in a stretch of time, in order.</summary>
    /// <param name="from">Its beginning, UTC.</param>
    /// <param name="to">Its end, UTC, exclusive.</param>
    public IEnumerable<Slot> Between(DateTimeOffset from, DateTimeOffset to) => Cut(from, to).Where(s => !IsClosed(s));

    /// <summary>The slot that begins at an instant, and whether a closure meets it; <c>null</c> where none would begin.</summary>
    public (Slot Slot, bool Closed)? At(DateTimeOffset start) =>
        Cut(start, start.AddTicks(1)).FirstOrDefault() is { } slot ? (slot, IsClosed(slot)) : null;

    /// <summary>The day of an instant, on the clock of the wall.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant));

    /// <summary>Whether the clock of the wall never shows a time, because it is put forward then.</summary>
    public bool Skips(DateTime local) => zone.IsInvalidTime(DateTime.SpecifyKind(local, DateTimeKind.Unspecified));

    private IEnumerable<Slot> Cut(DateTimeOffset from, DateTimeOffset to)
    {
        var slots = new SortedDictionary<DateTimeOffset, Slot>();
        // The hours of the day before may reach into the first one.
        for (var day = DayOf(from).AddDays(-1); day <= DayOf(to); day = day.AddDays(1))
        {
            foreach (var (opens, closes) in StretchesOf(day))
            {
                foreach (var slot in Cut(opens, closes))
                {
                    if (slot.Start >= from && slot.Start < to)
                        slots.TryAdd(slot.Start, slot);
                }
            }
        }

        return slots.Values;
    }

    private IEnumerable<(DateTime Opens, DateTime Closes)> StretchesOf(DateOnly day) =>
        hours is null
            ? [(day.ToDateTime(TimeOnly.MinValue), day.AddDays(1).ToDateTime(TimeOnly.MinValue))]
            : hours
                .Where(h => h.Day == (WeekDay)day.DayOfWeek)
                .Select(h => (day.ToDateTime(h.Opens), day.AddDays(h.Closes <= h.Opens ? 1 : 0).ToDateTime(h.Closes)));

    private IEnumerable<Slot> Cut(DateTime opens, DateTime closes)
    {
        var (start, end) = (First(opens), Last(closes));
        // Most days keep one offset: then each minute of the stretch is in it.
        var plain = zone.GetUtcOffset(start) == zone.GetUtcOffset(end.AddTicks(-1)) && end - start == closes - opens;
        for (; start + length <= end; start += length)
        {
            var slot = new Slot(start, start + length);
            if (plain || IsWithin(slot, opens, closes))
                yield return slot;
        }
    }

    private bool IsWithin(Slot slot, DateTime opens, DateTime closes)
    {
        for (var at = slot.Start; at < slot.End; at += Minute)
        {
            var local = Local(at);
            if (local < opens || local >= closes)
                return false;
        }

        return true;
    }

    // Of a time that is skipped, the moment after; of one that is doubled, the first.
    private DateTimeOffset First(DateTime local) => Instant(local, offsets => offsets.Max());

    // The same for an end; of one that is doubled, the second.
    private DateTimeOffset Last(DateTime local) => Instant(local, offsets => offsets.Min());

    private DateTimeOffset Instant(DateTime local, Func<TimeSpan[], TimeSpan> choose)
    {
        while (zone.IsInvalidTime(local))
            local += Minute;
        var offset = zone.IsAmbiguousTime(local) ? choose(zone.GetAmbiguousTimeOffsets(local)) : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private bool IsClosed(Slot slot)
    {
        var (first, last) = (DayOf(slot.Start), DayOf(slot.End.AddTicks(-1)));
        return closures.Any(c =>
            (c.From is { } from && c.To is { } to && slot.Meets(from, to)) || (c.FirstDay <= last && first <= c.LastDay)
        );
    }

    private DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;
}
