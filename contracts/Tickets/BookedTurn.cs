namespace SmartQueue.Contracts;

/// <summary>The turn of somebody who arrived for an appointment: from its time on they are called before those without one, before it only
/// when nobody else waits.</summary>
public sealed record BookedTurn
{
    /// <summary>The appointment's time, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many with such a turn are called in a row while somebody without one waits; at least 1.</summary>
    public required int InARow { get; init; }
}
