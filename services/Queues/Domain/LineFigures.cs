namespace SmartQueue.Queues.Domain;

/// <summary>What a store finds out about a line.</summary>
internal sealed record LineFigures
{
    public static readonly LineFigures None = new();

    /// <summary>The ids of who waits, in calling order: by the place they were told, and those that no event told one behind them, by
    /// when they joined, their number and id.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>Since when the one of them waits who has waited longest, UTC; <c>null</c> where nobody waits.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Who is called, served or set aside, in no order.</summary>
    public IReadOnlyList<LineTicket> Others { get; init; } = [];

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
