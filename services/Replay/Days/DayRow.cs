namespace SmartQueue.Replay.Days;

/// <summary>One customer of a recorded or simulated day; times are local wall time.</summary>
/// <param name="Queue">The queue joined.</param>
/// <param name="Arrival">When.</param>
/// <param name="Call">When called; <c>null</c> if never.</param>
/// <param name="End">When service ended, or the customer gave up; <c>null</c> if the end of a service was not recorded.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Priority">As recorded.</param>
/// <param name="Server">Who served; <c>null</c> if unknown or nobody.</param>
internal sealed record DayRow(
    string Queue,
    DateTime Arrival,
    DateTime? Call,
    DateTime? End,
    DayOutcome Outcome,
    int Priority,
    string? Server
);
