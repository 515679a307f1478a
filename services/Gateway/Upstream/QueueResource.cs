using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Upstream;

/// <summary>What the gateway reads of a queue.</summary>
internal sealed record QueueResource(
    string Id,
    string? CurrentTicketNumber,
    IReadOnlyList<string>? ActiveTickets,
    QueueStatistics? Statistics,
    AnnouncementResource? Announcement
);
