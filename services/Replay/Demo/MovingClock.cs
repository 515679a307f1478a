namespace SmartQueue.Replay.Demo;

/// <summary>A clock that is moved on to where something happens next, and goes at its usual pace in between. Its timers are those of the
/// machine.</summary>
public sealed class MovingClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset from = start;
    private long since = System.GetTimestamp();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return from + System.GetElapsedTime(since);
    }

    /// <summary>Moves it on; never back.</summary>
    public void MoveTo(DateTimeOffset at)
    {
        lock (gate)
        {
            if (at <= from + System.GetElapsedTime(since))
                return;
            from = at;
            since = System.GetTimestamp();
        }
    }
}
