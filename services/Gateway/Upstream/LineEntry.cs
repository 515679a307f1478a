using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Upstream;

/// <summary>A ticket in a line as anyone may see it.</summary>
internal sealed record LineEntry(
    string TicketNumber,
    TicketStatus Status,
    int? Position,
    int? EstimatedWaitTime,
    int? EstimatedWaitLow,
    int? EstimatedWaitHigh
);
