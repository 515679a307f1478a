using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>A ticket in the history of an account. Durations are seconds.</summary>
internal sealed record UserTicket
{
    /// <summary>The ticket's id; a transfer to another queue makes a new one.</summary>
    public required string TicketId { get; init; }

    /// <summary>The number people see, such as <c>A-42</c>.</summary>
    public required string TicketNumber { get; init; }

    /// <summary>The queue it stood in, or stands in now.</summary>
    public required string QueueId { get; init; }

    /// <summary>Where it is in its life, as far as analytics has heard.</summary>
    public required TicketStatus Status { get; init; }

    /// <summary>Higher is called first; 0 is ordinary.</summary>
    public required int Priority { get; init; }

    /// <summary>The counter that called it last.</summary>
    public required string? Counter { get; init; }

    /// <summary>Joined the line, UTC; a transfer keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>First called, UTC; <c>null</c> if it never was.</summary>
    public required DateTimeOffset? CalledAt { get; init; }

    /// <summary>Service began, UTC; <c>null</c> before, and where it was served without a step of its own.</summary>
    public required DateTimeOffset? ServingAt { get; init; }

    /// <summary>Service ended, UTC; <c>null</c> unless it was served.</summary>
    public required DateTimeOffset? ServedAt { get; init; }

    /// <summary>Reached a status that closes it, UTC; <c>null</c> while it is open.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>From entering the queue's line to the first call.</summary>
    public required double? WaitTime { get; init; }

    /// <summary>From the begin of service to its end.</summary>
    public required double? ServiceTime { get; init; }

    /// <summary>As its owner and staff see it.</summary>
    public static UserTicket Of(TicketFact fact) =>
        new()
        {
            TicketId = fact.TicketId,
            TicketNumber = fact.TicketNumber,
            QueueId = fact.QueueId,
            Status = fact.Status,
            Priority = fact.Priority,
            Counter = fact.Counter,
            CreatedAt = fact.CreatedAt,
            CalledAt = fact.FirstCalledAt,
            ServingAt = fact.ServingAt,
            ServedAt = fact.ServedAt,
            ClosedAt = fact.ClosedAt,
            WaitTime = fact.WaitTime()?.TotalSeconds,
            ServiceTime = fact.ServiceTime()?.TotalSeconds,
        };
}
