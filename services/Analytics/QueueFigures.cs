namespace SmartQueue.Analytics;

/// <summary>
/// How a queue did with the tickets that joined it within a range (by the ticket's <c>createdAt</c>). Durations are seconds,
/// shares are from 0 to 1. All is computed from the facts at hand, so tickets still open count as they stand now.
/// </summary>
internal sealed record QueueFigures
{
    /// <summary>The queue.</summary>
    public required string QueueId { get; init; }

    /// <summary>Begin of the range, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the range, UTC, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary><c>hour</c> or <c>day</c>.</summary>
    public required string Bucket { get; init; }

    /// <summary>How many tickets, by outcome.</summary>
    public required OutcomeCounts Counts { get; init; }

    /// <summary>From entering this queue's line to the first call, of the tickets ever called.</summary>
    public required DurationFigures WaitTime { get; init; }

    /// <summary>From the begin of service (the last call where no begin was noted) to its end, of the tickets served.</summary>
    public required DurationFigures ServiceTime { get; init; }

    /// <summary>Share called within the queue's present <c>slaWaitTime</c>, of those ever called; <c>null</c> without any.</summary>
    public required double? ServiceLevel { get; init; }

    /// <summary>Share cancelled before they were ever called, of all; <c>null</c> without any.</summary>
    public required double? Abandonment { get; init; }

    /// <summary>Share that are no-shows, of those ever called; <c>null</c> without any.</summary>
    public required double? NoShowRate { get; init; }

    /// <summary>
    /// Hours or days of the queue's wall clock from <c>from</c> to <c>to</c> without gaps, then those after <c>to</c> in which tickets of
    /// the range were called or served. The first one begins at or before <c>from</c>.
    /// </summary>
    public required IReadOnlyList<ThroughputBucket> Throughput { get; init; }

    /// <summary>The hours of the week in which anyone joined, from Monday on.</summary>
    public required IReadOnlyList<PeakHour> PeakHours { get; init; }

    /// <summary>The counters that served anyone, the busiest first.</summary>
    public required IReadOnlyList<CounterFigures> Counters { get; init; }
}
