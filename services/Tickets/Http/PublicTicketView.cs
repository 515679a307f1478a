using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Http;

/// <summary>
/// A ticket in the line as anyone may see it: nothing that tells whose it is. Where it was called to, and how often, is what the hall hears.
/// </summary>
internal sealed record PublicTicketView(
    string TicketNumber,
    string QueueId,
    TicketStatus Status,
    int? Position,
    int? EstimatedWaitTime,
    int? EstimatedWaitLow,
    int? EstimatedWaitHigh,
    string? Counter,
    DateTimeOffset? CalledAt,
    int Recalls
)
{
    public static PublicTicketView Of(TicketView ticket) =>
        new(
            ticket.TicketNumber,
            ticket.QueueId,
            ticket.Status,
            ticket.Position,
            ticket.EstimatedWaitTime,
            ticket.EstimatedWaitLow,
            ticket.EstimatedWaitHigh,
            ticket.Counter,
            ticket.CalledAt,
            ticket.Recalls
        );
}
