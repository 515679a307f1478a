using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What a counter did within a range. Durations are seconds.</summary>
internal sealed record CounterStatistics
{
    /// <summary>Null for a name at which tickets were called before counters had ids.</summary>
    [Id]
    public string? CounterId { get; init; }

    /// <summary>The last name it had in the range.</summary>
    public required string Name { get; init; }

    [Id]
    public required string BranchId { get; init; }

    public required double Open { get; init; }

    /// <summary>With a ticket, from its last call there until it was closed.</summary>
    public required double Busy { get; init; }

    /// <summary>Open less busy, and never below 0.</summary>
    public required double Idle { get; init; }

    public required double Break { get; init; }

    /// <summary>Tickets whose service ended there within the range.</summary>
    public required int Services { get; init; }

    public double? AverageServiceTime { get; init; }
}
