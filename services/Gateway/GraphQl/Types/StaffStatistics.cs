using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What a person did at counters within a range. Durations are seconds.</summary>
internal sealed record StaffStatistics
{
    [Id]
    public required string UserId { get; init; }

    /// <summary>At open counters.</summary>
    public required double Open { get; init; }

    /// <summary>With tickets; each counts in full for whoever called or served it last.</summary>
    public required double Busy { get; init; }

    /// <summary>Open less busy, and never below 0.</summary>
    public required double Idle { get; init; }

    public required double Break { get; init; }

    /// <summary>Tickets whose service ended within the range.</summary>
    public required int Services { get; init; }

    public double? AverageServiceTime { get; init; }
}
