namespace SmartQueue.Contracts;

/// <summary>The events of a counter's life, for those who consume them.</summary>
public static class CounterEventTypes
{
    /// <summary>Those of a counter that was there before.</summary>
    public static readonly IReadOnlyList<Type> Changes =
    [
        typeof(CounterUpdated),
        typeof(CounterOpened),
        typeof(CounterOnBreak),
        typeof(CounterClosed),
        typeof(CounterDeleted),
    ];

    /// <summary>Every record that is an <see cref="ICounterEvent"/>.</summary>
    public static readonly IReadOnlyList<Type> All = [typeof(CounterCreated), .. Changes];
}
