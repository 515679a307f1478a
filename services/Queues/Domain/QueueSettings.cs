using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>What a manager decides about a queue, already checked. Durations are seconds.</summary>
internal sealed record QueueSettings
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required bool IsActive { get; init; }

    public required string Prefix { get; init; }

    public required int MaxActiveTickets { get; init; }

    public required int AverageServiceTime { get; init; }

    public required int SlaWaitTime { get; init; }

    public int? NoShowAfter { get; init; }

    public required int MaxRecalls { get; init; }

    public required int RejoinGrace { get; init; }

    public required NumberReset NumberReset { get; init; }

    public required string TimeZone { get; init; }

    public IReadOnlyList<OpeningInterval>? OpeningHours { get; init; }

    public required IReadOnlyList<QueueCounter> Counters { get; init; }
}
