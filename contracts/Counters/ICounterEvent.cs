using MassTransit;

namespace SmartQueue.Contracts;

/// <summary>What all counter events carry, so that a consumer that follows counters treats them alike.</summary>
[ExcludeFromTopology]
public interface ICounterEvent : IEvent
{
    /// <summary>The counter it happened at.</summary>
    string CounterId { get; }

    /// <summary>The counter after it.</summary>
    CounterState Counter { get; }

    /// <summary>The account that did it; <c>null</c> where the system did.</summary>
    string? By { get; }

    string IEvent.AggregateId => CounterId;
}
