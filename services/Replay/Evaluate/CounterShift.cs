namespace SmartQueue.Replay.Evaluate;

/// <summary>A counter opens or closes.</summary>
/// <param name="At">When.</param>
/// <param name="Counter">Its name.</param>
/// <param name="Open">Whether it is open from then on.</param>
internal readonly record struct CounterShift(DateTimeOffset At, string Counter, bool Open);
