namespace SmartQueue.Notifications.Delivery;

/// <summary>Leaves alone for a while who failed several times in a row; then one message tries, and decides.</summary>
/// <param name="after">Failures in a row.</param>
/// <param name="pause">How long.</param>
/// <param name="time">The clock.</param>
internal sealed class Breaker(int after, TimeSpan pause, TimeProvider time)
{
    private readonly Lock gate = new();
    private int failures;
    private DateTimeOffset until = DateTimeOffset.MinValue;
    private bool trying;

    /// <summary>How many messages may be handed over now: none, one to try, or any number.</summary>
    public int Room
    {
        get
        {
            lock (gate)
                return failures < after ? int.MaxValue
                    : trying || time.GetUtcNow() < until ? 0
                    : 1;
        }
    }

    /// <summary>Takes part of <see cref="Room"/>; <see cref="Leave"/> follows.</summary>
    /// <returns><c>null</c> if there is room, else when to come again.</returns>
    public DateTimeOffset? TryEnter()
    {
        lock (gate)
        {
            if (failures < after)
                return null;
            var now = time.GetUtcNow();
            if (now < until)
                return until;
            if (trying)
                return now + pause;
            trying = true;
            return null;
        }
    }

    /// <summary>Notes what the attempt showed.</summary>
    /// <returns>Whether it is left alone from now on.</returns>
    public bool Leave(Verdict verdict)
    {
        lock (gate)
        {
            trying = false;
            if (verdict == Verdict.Works)
                failures = 0;
            if (verdict != Verdict.Fails || ++failures < after)
                return false;
            until = time.GetUtcNow() + pause;
            return true;
        }
    }
}
