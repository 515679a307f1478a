namespace SmartQueue.Queues.Domain;

/// <summary>What a store finds out about a line.</summary>
internal sealed record LineFigures
{
    public static readonly LineFigures None = new();

    /// <summary>The active tickets, in no order.</summary>
    public IReadOnlyList<LineTicket> Active { get; init; } = [];

    /// <summary>Of those called today, the number called last.</summary>
    public string? CurrentNumber { get; init; }

    public int ServedToday { get; init; }

    public int CancelledToday { get; init; }

    public int NoShowToday { get; init; }

    /// <summary>How many were called today, and their waits together.</summary>
    public int Waits { get; init; }

    public long WaitMs { get; init; }

    /// <summary>How many were served today with a known time, and those times together.</summary>
    public int Services { get; init; }

    public long ServiceMs { get; init; }

    /// <summary>Counters that closed a ticket of late.</summary>
    public IReadOnlyList<string> RecentCounters { get; init; } = [];
}
