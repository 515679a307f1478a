namespace SmartQueue.Replay.Demo;

/// <summary>A break that an operator means to take.</summary>
/// <param name="At">From when on, once nobody is served.</param>
/// <param name="Length">How long.</param>
/// <param name="Reason">What colleagues see.</param>
internal sealed record TownBreak(DateTimeOffset At, TimeSpan Length, string Reason);
