namespace SmartQueue.Contracts;

/// <summary>
/// A time in which a queue gives no numbers whatever its opening hours say, such as a holiday: from one instant to another, or whole days
/// on the wall clock of the queue's time zone. The other two are <c>null</c>.
/// </summary>
public sealed record QueueClosure
{
    /// <summary>When it begins, UTC.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When it ends, UTC, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The first day of it.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>The last day of it, inclusive.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Why, for those who find it closed.</summary>
    public string? Reason { get; init; }
}
