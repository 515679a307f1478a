namespace SmartQueue.Contracts;

/// <summary>
/// A service that keeps copies of counters may have missed some: each is told again as a <see cref="CounterUpdated"/> of the version it
/// has. It changes nothing, so it is no event of a counter.
/// </summary>
public sealed record CounterDefinitionsWanted
{
    /// <summary>Unique for ever; the same on every delivery.</summary>
    public required Guid EventId { get; init; }

    /// <summary>When it was asked, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
