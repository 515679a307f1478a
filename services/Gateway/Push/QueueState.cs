using SmartQueue.Contracts;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.Push;

/// <summary>
/// A queue's live status as it is pushed. Of a long line it names the first tickets only, since it goes to everyone at every step; how many
/// there are is in the statistics, and <c>GET /api/queues/{id}</c> names all.
/// </summary>
internal sealed record QueueState(
    string QueueId,
    int? CurrentNumber,
    string? CurrentTicketNumber,
    IReadOnlyList<string> ActiveTickets,
    QueueStatistics? Statistics
)
{
    /// <summary>How many tickets it names at most.</summary>
    internal const int MaxTickets = 100;

    public static QueueState Of(QueueResource queue) =>
        Of(queue.Id, queue.CurrentTicketNumber, queue.ActiveTickets ?? [], queue.Statistics);

    public static QueueState Of(QueueStatusChanged status) =>
        Of(status.QueueId, status.CurrentNumber, status.ActiveTickets, status.Statistics);

    private static QueueState Of(string queueId, string? called, IReadOnlyList<string> tickets, QueueStatistics? statistics) =>
        new(
            queueId,
            TicketNumber.SequenceOf(called),
            called,
            tickets.Count <= MaxTickets ? tickets : [.. tickets.Take(MaxTickets)],
            statistics
        );
}
