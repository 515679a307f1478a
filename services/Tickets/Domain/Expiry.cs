using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets.Domain;

/// <summary>When those who are left over at closing are sent home.</summary>
internal static class Expiry
{
    // Longer than any queue is open without a closing.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(3650);

    /// <summary>
    /// Whether a ticket that waits, or is set aside, is left over: the first closing after it was queued lies as far back as
    /// <see cref="QueueDefinition.ExpireAfterClosing"/> says. Who is called or served never is.
    /// </summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="calendar">The queue's.</param>
    /// <param name="now">UTC.</param>
    public static bool IsDue(Ticket ticket, QueueDefinition queue, ServiceCalendar calendar, DateTimeOffset now) =>
        MayExpire(ticket) && DueAt(ticket.QueuedAt, queue, calendar) <= now;

    /// <summary>Whether a ticket is of those who can be left over.</summary>
    public static bool MayExpire(Ticket ticket) => ticket.Status is TicketStatus.Waiting or TicketStatus.Parked;

    /// <summary>When somebody who waits is left over. Of two people it is never earlier for the one who was queued later.</summary>
    /// <param name="queuedAt">Since when they wait, UTC.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="calendar">The queue's.</param>
    /// <returns><c>null</c> where that never happens.</returns>
    public static DateTimeOffset? DueAt(DateTimeOffset queuedAt, QueueDefinition queue, ServiceCalendar calendar)
    {
        // On a clock that was corrected while they waited, it may have closed hours ago.
        var since = queue.TimeZoneSince is { } corrected && corrected > queuedAt ? corrected : queuedAt;
        while (calendar.FirstClosing(since, since + Horizon) is { } closing)
        {
            var day = calendar.ServiceDay(closing.AddTicks(-1));
            if (queue.ExpireAfterClosing is not { } seconds)
                return calendar.EndOf(day);
            var due = closing.AddSeconds(seconds);
            // Where it is open again by then, and on the same day, it was closed for a break.
            if (!calendar.IsOpen(due) || calendar.ServiceDay(due) != day)
                return due;
            since = closing;
        }

        return null;
    }
}
