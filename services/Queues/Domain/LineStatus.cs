using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Domain;

/// <summary>How a queue stands, derived from its tickets.</summary>
internal sealed record LineStatus(string? CurrentNumber, IReadOnlyList<string> ActiveTickets, QueueStatistics Statistics)
{
    /// <summary>Derives the status from the open tickets, what was counted, and the wait newcomers are told.</summary>
    /// <param name="definition">The queue's definition.</param>
    /// <param name="figures">What is known of its line.</param>
    /// <param name="toldWait">Seconds that newcomers are told to expect; computed from the figures where it is not known.</param>
    /// <param name="now">Now, UTC.</param>
    public static LineStatus Of(QueueDefinition definition, LineFigures figures, int? toldWait, DateTimeOffset now)
    {
        var service = figures.Services == 0 ? definition.AverageServiceTime : Seconds(figures.ServiceMs / (double)figures.Services);
        var atCounters = figures.Others.Where(t => t.Status is TicketStatus.Called or TicketStatus.Serving).ToList();
        var parked = figures.Others.Where(t => t.Status == TicketStatus.Parked);
        var counters = atCounters.Select(t => t.Counter).OfType<string>().Union(figures.RecentCounters).Count();
        return new LineStatus(
            figures.CurrentNumber,
            // At the counter first, then the line, then those set aside.
            [
                .. InCallingOrder(atCounters.OrderBy(t => t.CalledAt)),
                .. figures.Waiting,
                .. InCallingOrder(parked.OrderBy(t => t.Order ?? long.MaxValue)),
            ],
            new QueueStatistics
            {
                Waiting = figures.Waiting.Count,
                Called = atCounters.Count(t => t.Status == TicketStatus.Called),
                Serving = atCounters.Count(t => t.Status == TicketStatus.Serving),
                ServedToday = figures.ServedToday,
                CancelledToday = figures.CancelledToday,
                NoShowToday = figures.NoShowToday,
                AverageWaitTime = figures.Waits == 0 ? 0 : Seconds(figures.WaitMs / (double)figures.Waits),
                AverageServiceTime = service,
                LongestWaitTime = figures.WaitingSince is { } since ? Seconds(Math.Max(0, (now - since).TotalMilliseconds)) : 0,
                EstimatedWaitTime = ServiceCalendar.IsOpen(definition, now)
                    ? toldWait ?? ExpectedWait(figures.Waiting.Count, service, counters)
                    : null,
                OpenCounters = counters,
            }
        );
    }

    private static IEnumerable<string> InCallingOrder(IOrderedEnumerable<LineTicket> tickets) =>
        tickets
            .ThenBy(t => t.Order ?? long.MaxValue)
            .ThenBy(t => t.CreatedAt)
            .ThenBy(t => t.Number)
            .ThenBy(t => t.Id, StringComparer.Ordinal)
            .Select(t => t.Id);

    private static int ExpectedWait(int waiting, int serviceTime, int openCounters) =>
        Rounding.Nearest((double)waiting * serviceTime / Math.Max(1, openCounters));

    private static int Seconds(double milliseconds) =>
        (int)Math.Min(Math.Round(milliseconds / 1000, MidpointRounding.AwayFromZero), int.MaxValue);
}
