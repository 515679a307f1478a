using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets.Domain;

/// <summary>When those who are left over at closing are sent home.</summary>
internal static class Expiry
{
    /// <summary>
    /// Whether a ticket that waits, or is set aside, is left over: the first closing after it was queued lies as far back as
    /// <see cref="QueueDefinition.ExpireAfterClosing"/> says. Who is called or served never is.
    /// </summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="calendar">The queue's.</param>
    /// <param name="now">UTC.</param>
    public static bool IsDue(Ticket ticket, QueueDefinition queue, ServiceCalendar calendar, DateTimeOffset now)
    {
        if (ticket.Status is not (TicketStatus.Waiting or TicketStatus.Parked))
            return false;
        // On a clock that was corrected while they waited, it may have closed hours ago.
        var since = queue.TimeZoneSince is { } corrected && corrected > ticket.QueuedAt ? corrected : ticket.QueuedAt;
        while (calendar.FirstClosing(since, now) is { } closing)
        {
            var day = calendar.ServiceDay(closing.AddTicks(-1));
            if (queue.ExpireAfterClosing is not { } seconds)
                return calendar.HasEnded(day, now);
            var due = closing.AddSeconds(seconds);
            // Where it is open again by then, and on the same day, it was closed for a break.
            if (!calendar.IsOpen(due) || calendar.ServiceDay(due) != day)
                return due <= now;
            since = closing;
        }

        return false;
    }
}
