using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>An event in a document's outbox.</summary>
[BsonIgnoreExtraElements]
public sealed record OutboxItem
{
    /// <summary>The event's id.</summary>
    [BsonElement("eventId")]
    public required string EventId { get; init; }

    /// <summary>The event's aggregate.</summary>
    [BsonElement("aggregateId")]
    public required string AggregateId { get; init; }

    /// <summary>The event's name.</summary>
    [BsonElement("type")]
    public required string Type { get; init; }

    /// <summary>The event as JSON.</summary>
    [BsonElement("payload")]
    public required string Payload { get; init; }

    /// <summary>When it happened, UTC, as a BSON date so that the index orders it.</summary>
    [BsonElement("occurredAt")]
    public required DateTime OccurredAt { get; init; }

    /// <summary>Trace context.</summary>
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
