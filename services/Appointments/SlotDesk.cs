using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Which times can be booked.</summary>
internal sealed class SlotDesk(IAppointmentStore store, BookingQueues queues, TimeProvider time)
{
    private const int UsualDays = 7;

    /// <summary>The times of a queue that begin between two moments and have places left.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="from">The first moment, UTC; now if absent.</param>
    /// <param name="to">The last one, UTC, exclusive; a week behind the first if absent.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> for one that takes no
    /// appointments.</exception>
    public async Task<SlotsView> ListAsync(string queueId, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var queue = await queues.GetAsync(queueId, cancellationToken);
        var (rules, plan) = WantedTime.Plan(queue);
        var now = time.Now();
        var earliest = now.AddSeconds(rules.Earliest);
        var begin = from > earliest ? from.Value : earliest;
        var end = to ?? (from ?? now).AddDays(UsualDays);
        var lastDay = plan.DayOf(now).AddDays(rules.Horizon);
        if (!queue.IsActive || begin >= end)
            return new SlotsView(queueId, queue.TimeZone, []);
        var slots = plan.Between(begin, end).Where(s => s.Start > now && plan.DayOf(s.Start) <= lastDay).ToList();
        if (slots.Count == 0)
            return new SlotsView(queueId, queue.TimeZone, []);
        var taken = (await store.TakenAsync(queueId, slots[0].Start, slots[^1].End, cancellationToken))
            .Where(t => t.HeldUntil is null || t.HeldUntil > now)
            .ToList();
        return new SlotsView(
            queueId,
            queue.TimeZone,
            [
                .. slots
                    .Select(s => new SlotView(s.Start, s.End, rules.Places - taken.Count(t => s.Meets(t.Start, t.End))))
                    .Where(s => s.Left > 0),
            ]
        );
    }
}
