using System.Globalization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Appointments;

/// <summary>A time that somebody wants, as they said it.</summary>
/// <param name="Start">The instant.</param>
/// <param name="Written">What stands before the offset: the clock on the wall, if the offset is that of the place.</param>
/// <param name="Offset">The offset it was written with.</param>
internal sealed record WantedTime(DateTimeOffset Start, DateTime Written, TimeSpan Offset)
{
    private const string Field = "start";

    /// <summary>Reads a time that is there.</summary>
    /// <param name="text">The time, of which <see cref="FieldErrors.Time"/> could make an instant.</param>
    /// <param name="start">That instant.</param>
    public static WantedTime Of(string text, DateTimeOffset start)
    {
        var written = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        return new(start, written.DateTime, written.Offset);
    }

    /// <summary>The slot of it.</summary>
    /// <param name="queue">The queue as it is now.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="byStaff">Whether staff want it, who may book what begins in a moment.</param>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c> with the rule, or <c>QUEUE_CLOSED</c>.</exception>
    public Slot Require(QueueDefinition queue, DateTimeOffset now, bool byStaff)
    {
        var (rules, plan) = Plan(queue);
        var errors = new FieldErrors();
        // 02:30+01:00 on the morning when the clocks of the place go from 02:00 to 03:00: an instant, but not the one that is meant.
        if (plan.Skips(Written) && Offset != TimeSpan.Zero && Offset != ServiceOffset(queue, Start))
            errors.Add(Field, "must not be in the hour that the clocks skip on that day");
        else if (Start <= now)
            errors.Add(Field, "must be in the future");
        else if (!byStaff && Start < now.AddSeconds(rules.Earliest))
            errors.Add(Field, string.Create(CultureInfo.InvariantCulture, $"must be at least {rules.Earliest} seconds from now"));
        else if (plan.DayOf(Start) > plan.DayOf(now).AddDays(rules.Horizon))
            errors.Add(Field, string.Create(CultureInfo.InvariantCulture, $"must be within {rules.Horizon} days"));
        errors.ThrowIfAny();
        if (plan.At(Start) is not var (slot, closed))
        {
            errors.Add(Field, "must be the beginning of a slot, of those that GET /api/queues/{id}/slots lists");
            errors.ThrowIfAny();
            throw new InvalidOperationException();
        }

        return closed || !queue.IsActive
            ? throw new RefusedException(ErrorCodes.QueueClosed, "The queue is closed at that time. Choose another one.")
            : slot;
    }

    /// <summary>The rules and the slots of a queue that takes appointments.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: it takes none.</exception>
    public static (BookingRules Rules, SlotPlan Plan) Plan(QueueDefinition queue)
    {
        if (queue.Booking is { } rules && SlotPlan.Of(queue) is { } plan)
            return (rules, plan);
        var errors = new FieldErrors();
        errors.Add("queueId", "must be a queue that takes appointments");
        errors.ThrowIfAny();
        throw new InvalidOperationException();
    }

    private static TimeSpan ServiceOffset(QueueDefinition queue, DateTimeOffset at) =>
        TimeZoneInfo.FindSystemTimeZoneById(queue.TimeZone).GetUtcOffset(at);
}
