using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>
/// How a queue did with the tickets that joined it within a range (by the ticket's <c>createdAt</c>). Durations are seconds,
/// shares are from 0 to 1. All is computed from the facts at hand, so tickets still open count as they stand now.
/// </summary>
internal sealed record QueueFigures
{
    /// <summary>The queue; <c>null</c> for all queues of a report together.</summary>
    public required string? QueueId { get; init; }

    /// <summary>Its name; <c>null</c> for all together.</summary>
    public required string? Name { get; init; }

    /// <summary>Begin of the range, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the range, UTC, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How the throughput is cut: <c>quarter</c> (of an hour), <c>hour</c> or <c>day</c>.</summary>
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

    /// <summary>How good the promises made on joining were.</summary>
    public required EstimateFigures Estimates { get; init; }

    /// <summary>
    /// Quarters of an hour, hours or days of the queue's wall clock from <c>from</c> to <c>to</c> without gaps, then those after <c>to</c> in which tickets of
    /// the range were called or served. The first one begins at or before <c>from</c>.
    /// </summary>
    public required IReadOnlyList<ThroughputBucket> Throughput { get; init; }

    /// <summary>The hours of the week in which anyone joined, from Monday on.</summary>
    public required IReadOnlyList<PeakHour> PeakHours { get; init; }

    /// <summary>The counters that served anyone, the busiest first. All together have none: a counter's name means nothing outside its
    /// queue.</summary>
    public required IReadOnlyList<CounterFigures> Counters { get; init; }

    /// <summary>The queue's branch; <c>null</c> for all queues of a report together.</summary>
    public required string? BranchId { get; init; }

    /// <summary>The zone of the clock by which hours and days are told: the queue's, or the one most of the queues together
    /// have.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Appointments, and the waits of those with one and without apart; <c>null</c> where nobody booked.</summary>
    public required AppointmentFigures? Appointments { get; init; }

    /// <summary>The figures of a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="range">The range its tickets joined in.</param>
    /// <param name="size">How the throughput is cut.</param>
    /// <param name="rollup">All of its tickets of the range.</param>
    /// <param name="appointments">All of its appointments of the range.</param>
    public static QueueFigures Of(QueueProfile queue, TimeRange range, BucketSize size, Rollup rollup, AppointmentTally appointments) =>
        Of(range, size, new WallClock(queue.TimeZone), rollup, appointments, WithinTarget.Of(rollup, queue.SlaWaitTime)) with
        {
            QueueId = queue.QueueId,
            Name = queue.Name,
            BranchId = queue.BranchId,
            Counters =
            [
                .. rollup
                    .Counters.Select(c => new CounterFigures(c.Key, c.Value.Served, c.Value.MeanServiceTime))
                    .OrderByDescending(c => c.Served)
                    .ThenBy(c => c.Counter, StringComparer.Ordinal),
            ],
        };

    /// <summary>The figures of several queues together.</summary>
    /// <param name="range">The range their tickets joined in.</param>
    /// <param name="size">How the throughput is cut.</param>
    /// <param name="clock">Whose hours and days.</param>
    /// <param name="rollup">All of the tickets.</param>
    /// <param name="appointments">All of the appointments.</param>
    /// <param name="within">How many were called within the target of their own queue.</param>
    public static QueueFigures Of(
        TimeRange range,
        BucketSize size,
        WallClock clock,
        Rollup rollup,
        AppointmentTally appointments,
        WithinTarget within
    ) =>
        new()
        {
            QueueId = null,
            Name = null,
            From = range.From,
            To = range.To,
            Bucket = size switch
            {
                BucketSize.Quarter => "quarter",
                BucketSize.Hour => "hour",
                BucketSize.Day => "day",
            },
            Counts = new OutcomeCounts
            {
                Created = rollup.Created,
                Called = rollup.Waits.Count,
                Served = rollup[TicketStatus.Served],
                Cancelled = rollup[TicketStatus.Cancelled],
                NoShow = rollup[TicketStatus.NoShow],
                Transferred = rollup[TicketStatus.Transferred],
                Expired = rollup[TicketStatus.Expired],
                Waiting = rollup[TicketStatus.Waiting] + rollup[TicketStatus.Parked],
            },
            WaitTime = rollup.Waits.Figures(),
            ServiceTime = rollup.Services.Figures(),
            ServiceLevel = Share(within.All, rollup.Waits.Count),
            Abandonment = Share(rollup.Abandoned, rollup.Created),
            NoShowRate = Share(rollup[TicketStatus.NoShow], rollup.Waits.Count),
            Estimates = rollup.Estimates.Figures(),
            Throughput = ThroughputBucket.Of(range, size, clock, rollup),
            PeakHours = PeakHour.Of(clock, rollup),
            Counters = [],
            BranchId = null,
            TimeZone = clock.Name,
            Appointments = AppointmentFigures.Of(appointments, rollup, within),
        };

    /// <summary>A part of a whole, from 0 to 1; <c>null</c> of nothing.</summary>
    internal static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
