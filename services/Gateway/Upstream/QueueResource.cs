using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Upstream;

/// <summary>What the gateway reads of a queue.</summary>
internal sealed record QueueResource(
    string Id,
    string? CurrentNumber,
    IReadOnlyList<string>? ActiveTickets,
    QueueStatistics? Statistics,
    AnnouncementResource? Announcement
);
