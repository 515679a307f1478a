namespace SmartQueue.Hosting.Bus;

/// <summary>What is becoming of an event that was published.</summary>
public sealed class Publication
{
    private int open;
    private volatile bool givenUp;

    /// <param name="endpoints">How many have to be done with it.</param>
    public Publication(int endpoints) => open = endpoints;

    /// <summary>That of an event which nobody needs again from who published it: a broker keeps it, or nobody wants it.</summary>
    public static Publication Done { get; } = new(0);

    /// <summary>Each consumer is done with it, or it is kept for those who are not.</summary>
    public bool IsDone => Volatile.Read(ref open) == 0;

    /// <summary>A consumer could not handle it, and hears of it again with the next start only.</summary>
    public bool IsGivenUp => givenUp;

    /// <summary>An endpoint is done with it.</summary>
    public void Handled() => Interlocked.Decrement(ref open);

    /// <summary>An endpoint tries no more.</summary>
    public void GiveUp() => givenUp = true;
}
