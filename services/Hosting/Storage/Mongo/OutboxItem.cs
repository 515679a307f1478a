using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>An event in a document's outbox.</summary>
[BsonIgnoreExtraElements]
public sealed record OutboxItem
{
    /// <summary>The event's id, the same on every delivery.</summary>
    [BsonElement("eventId")]
    public required string EventId { get; init; }

    /// <summary>What the event is about; events of one aggregate are published in order.</summary>
    [BsonElement("aggregateId")]
    public required string AggregateId { get; init; }

    /// <summary>The name of the event's type, by which it is read back.</summary>
    [BsonElement("type")]
    public required string Type { get; init; }

    /// <summary>The event as JSON.</summary>
    [BsonElement("payload")]
    public required string Payload { get; init; }

    /// <summary>When it happened, UTC, as a BSON date so that the index orders it.</summary>
    [BsonElement("occurredAt")]
    public required DateTime OccurredAt { get; init; }

    /// <summary>W3C trace context of the request that caused it; <c>null</c> where none was recorded.</summary>
    [BsonElement("traceParent")]
    [BsonIgnoreIfNull]
    public string? TraceParent { get; init; }

    internal static OutboxItem Of(IEvent change)
    {
        var entry = OutboxEntry.Of(change);
        return new OutboxItem
        {
            EventId = entry.EventId,
            AggregateId = entry.AggregateId,
            Type = entry.EventType,
            Payload = entry.Payload,
            OccurredAt = entry.OccurredAt.UtcDateTime,
            TraceParent = entry.TraceParent,
        };
    }
}
