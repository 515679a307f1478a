namespace SmartQueue.Contracts;

/// <summary>Somebody sits down at a counter, comes back from a break, or takes over.</summary>
public sealed record CounterOpened : ICounterEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The counter it happened at; its state is in <see cref="Counter"/>.</summary>
    public required string CounterId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The counter after it.</summary>
    public required CounterState Counter { get; init; }

    /// <summary>The account that did it; <c>null</c> where the system did.</summary>
    public string? By { get; init; }
}
