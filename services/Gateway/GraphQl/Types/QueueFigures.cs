using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How a queue did with the tickets that joined it within a range. Durations are seconds, shares are from 0 to 1.</summary>
internal sealed record QueueFigures
{
    [Id]
    public required string QueueId { get; init; }

    /// <summary>The queue's name as people read it.</summary>
    public string? Name { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>How the throughput is cut: <c>quarter</c> (of an hour), <c>hour</c> or <c>day</c>.</summary>
    public required string Bucket { get; init; }

    public required OutcomeCounts Counts { get; init; }

    public required DurationFigures WaitTime { get; init; }

    public required DurationFigures ServiceTime { get; init; }

    /// <summary>Share called within the queue's <c>slaWaitTime</c>.</summary>
    public double? ServiceLevel { get; init; }

    /// <summary>Share cancelled before they were called.</summary>
    public double? Abandonment { get; init; }

    /// <summary>Share that are no-shows, of those called.</summary>
    public double? NoShowRate { get; init; }

    /// <summary>How good the promises made on joining were.</summary>
    public required EstimateFigures Estimates { get; init; }

    public required IReadOnlyList<ThroughputBucket> Throughput { get; init; }

    public required IReadOnlyList<PeakHour> PeakHours { get; init; }

    public required IReadOnlyList<CounterFigures> Counters { get; init; }

    [Id]
    public string? BranchId { get; init; }

    /// <summary>The zone of the clock by which hours and days are told.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Appointments, and the waits of those with one and without apart; absent where nobody booked.</summary>
    public AppointmentFigures? Appointments { get; init; }
}
