namespace SmartQueue.Contracts;

/// <summary>
/// Where people stand in a line and what each is promised, derived from the ranked line. It is not kept: one is published soon after a
/// line moves, and again every while as long as people wait or are at a counter, and the latest replaces all before it. The lists
/// are of equal length.
/// </summary>
public sealed record LinePositionsChanged
{
    /// <summary>Unique for ever; the same on every delivery of this event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>When it was computed, UTC. The latest wins.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue whose line it is.</summary>
    public required string QueueId { get; init; }

    /// <summary>Ids of those who wait, in calling order: the first has position 1.</summary>
    public required IReadOnlyList<string> TicketIds { get; init; }

    /// <summary>The wait each is promised from now on, in seconds.</summary>
    public required IReadOnlyList<int> Waits { get; init; }

    /// <summary>The lower ends of the promised ranges, in seconds.</summary>
    public required IReadOnlyList<int> Lows { get; init; }

    /// <summary>The upper ends of the promised ranges, in seconds.</summary>
    public required IReadOnlyList<int> Highs { get; init; }

    /// <summary>Whether all who wait are named; else just the first of a long line, and the others are where they were said to
    /// be.</summary>
    public required bool Whole { get; init; }

    /// <summary>The wait that someone who joins now is told, in seconds.</summary>
    public required int NewcomerWait { get; init; }

    /// <summary>What else they are told; absent where an earlier version says it.</summary>
    public NewcomerPromise? Newcomer { get; init; }
}
