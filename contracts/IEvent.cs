using MassTransit;

namespace SmartQueue.Contracts;

/// <summary>
/// What every event says of itself. It is no message type of its own: consumers subscribe to the records.
/// The namespace and name of a record are its identity on the wire; they are frozen, and a record changes only by adding.
/// </summary>
[ExcludeFromTopology]
public interface IEvent
{
    /// <summary>Unique for ever; the same on every delivery of this event.</summary>
    Guid EventId { get; }

    /// <summary>When the change was accepted, UTC.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>The ticket, queue or user that changed. Events of one aggregate are published in the order of their version.</summary>
    string AggregateId { get; }

    /// <summary>The aggregate's version after this change. Consumers keep the highest.</summary>
    long Version { get; }
}
