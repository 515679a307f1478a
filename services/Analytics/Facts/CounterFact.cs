using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Facts;

/// <summary>
/// What a counter was from one event on, until the next. Its key is branch, counter and version, so the same event told again is the same
/// fact.
/// </summary>
internal sealed record CounterFact
{
    /// <summary>The counter's id.</summary>
    public required string CounterId { get; init; }

    /// <summary>The version of the counter that the event made.</summary>
    public required long Version { get; init; }

    /// <summary>The branch it stands in, for ever.</summary>
    public required string BranchId { get; init; }

    /// <summary>Its name from then on.</summary>
    public required string Name { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether somebody worked there from then on; a deleted counter is closed.</summary>
    public required CounterStatus Status { get; init; }

    /// <summary>Who sat there; <c>null</c> while it was closed, and once the account is erased.</summary>
    public string? OperatorId { get; init; }

    /// <summary>Why it was on a break, if its operator said.</summary>
    public string? BreakReason { get; init; }

    /// <summary>What an event tells.</summary>
    /// <param name="counter">The counter after it.</param>
    /// <param name="at">When it happened, UTC.</param>
    public static CounterFact Of(CounterState counter, DateTimeOffset at) =>
        new()
        {
            CounterId = counter.Id,
            Version = counter.Version,
            BranchId = counter.BranchId,
            Name = counter.Name,
            At = at,
            Status = counter.Status,
            OperatorId = counter.OperatorId,
            BreakReason = counter.BreakReason,
        };

    /// <summary>The end of a counter, whatever it was when it was deleted.</summary>
    public CounterFact Ended() => this with { Status = CounterStatus.Closed, OperatorId = null, BreakReason = null };
}
