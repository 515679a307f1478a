namespace SmartQueue.Replay.Evaluate;

/// <summary>One customer of a line, as recorded or simulated.</summary>
/// <param name="Id">Who.</param>
/// <param name="Queue">What they came for.</param>
/// <param name="InLine">Whether they stand in the line that is estimated, and do not only keep one of its counters busy.</param>
/// <param name="Order">Their place by arrival.</param>
/// <param name="Arrival">When they joined.</param>
/// <param name="Call">When they were called; <c>null</c> if never.</param>
/// <param name="End">When service ended or they gave up; <c>null</c> if not recorded.</param>
/// <param name="Counter">Who served, if known.</param>
internal sealed record LineVisit(
    string Id,
    string Queue,
    bool InLine,
    int Order,
    DateTimeOffset Arrival,
    DateTimeOffset? Call,
    DateTimeOffset? End,
    string? Counter
)
{
    /// <summary>How long they had to wait; <c>null</c> if they were served at once or never.</summary>
    public TimeSpan? Wait => InLine && Call - Arrival is { } wait && wait >= TimeSpan.FromSeconds(1) ? wait : null;
}
