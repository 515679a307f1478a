using SmartQueue.Analytics.Facts;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>A ticket in the history of an account. Durations are seconds.</summary>
internal sealed record UserTicket
{
    /// <summary>The ticket.</summary>
    public required string TicketId { get; init; }

    /// <summary>Its number.</summary>
    public required string TicketNumber { get; init; }

    /// <summary>Its queue.</summary>
    public required string QueueId { get; init; }

    /// <summary>Its status.</summary>
    public required TicketStatus Status { get; init; }

    /// <summary>Its priority.</summary>
    public required int Priority { get; init; }

    /// <summary>The counter that called it last.</summary>
    public required string? Counter { get; init; }

    /// <summary>Joined, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>First called, UTC.</summary>
    public required DateTimeOffset? CalledAt { get; init; }

    /// <summary>Service began, UTC.</summary>
    public required DateTimeOffset? ServingAt { get; init; }

    /// <summary>Service ended, UTC.</summary>
    public required DateTimeOffset? ServedAt { get; init; }

    /// <summary>Closed, UTC.</summary>
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
