namespace SmartQueue.Contracts;

/// <summary>A counter as it was after an event.</summary>
public sealed record CounterState
{
    /// <summary>The id, which a new name does not change.</summary>
    public required string Id { get; init; }

    /// <summary>The branch it stands in.</summary>
    public required string BranchId { get; init; }

    /// <summary>What the screen shows, such as <c>3</c>; one counter of a branch has it, upper and lower case being the same.</summary>
    public required string Name { get; init; }

    /// <summary>The queues it serves; empty for any queue of its branch.</summary>
    public required IReadOnlyList<QueueRank> Queues { get; init; }

    /// <summary>How it takes the next of them.</summary>
    public required CounterRule Rule { get; init; }

    /// <summary>Whether somebody works there.</summary>
    public required CounterStatus Status { get; init; }

    /// <summary>Why it is on a break, if its operator said.</summary>
    public string? BreakReason { get; init; }

    /// <summary>The account of whoever sits there; <c>null</c> while it is closed.</summary>
    public string? OperatorId { get; init; }

    /// <summary>Since when its status or operator is as it is, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The version of this state; each change is one higher.</summary>
    public required long Version { get; init; }
}
