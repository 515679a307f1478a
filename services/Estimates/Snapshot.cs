namespace SmartQueue.Estimates;

/// <summary>What was known and promised at a moment.</summary>
/// <param name="At">When.</param>
/// <param name="Features">What was known.</param>
/// <param name="WaitDistribution">The learned distribution; <c>null</c> if there was none yet.</param>
/// <param name="Promise">What was promised.</param>
internal sealed record Snapshot(DateTimeOffset At, float[] Features, WaitDistribution? WaitDistribution, Promise Promise);
