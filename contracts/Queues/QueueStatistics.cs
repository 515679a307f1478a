namespace SmartQueue.Contracts;

/// <summary>A queue's service day so far. Durations are seconds.</summary>
public sealed record QueueStatistics
{
    /// <summary>Tickets in line now.</summary>
    public required int Waiting { get; init; }

    /// <summary>Tickets that are called and not yet served.</summary>
    public required int Called { get; init; }

    /// <summary>Tickets at a counter now.</summary>
    public required int Serving { get; init; }

    /// <summary>Served this service day.</summary>
    public required int ServedToday { get; init; }

    /// <summary>Cancelled this service day.</summary>
    public required int CancelledToday { get; init; }

    /// <summary>No-shows this service day.</summary>
    public required int NoShowToday { get; init; }

    /// <summary>Mean wait of those called this service day; 0 without any.</summary>
    public required int AverageWaitTime { get; init; }

    /// <summary>Mean service of those served this service day; the definition's value without any.</summary>
    public required int AverageServiceTime { get; init; }

    /// <summary>How long the first in line has waited; 0 without anyone.</summary>
    public required int LongestWaitTime { get; init; }

    /// <summary>Wait to expect for someone who joins now; <c>null</c> while the queue is closed.</summary>
    public required int? EstimatedWaitTime { get; init; }

    /// <summary>Counters that hold a ticket or closed one within the last half hour.</summary>
    public required int OpenCounters { get; init; }
}
