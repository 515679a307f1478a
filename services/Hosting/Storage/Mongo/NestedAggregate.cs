using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>How an <see cref="Aggregate{TState}"/> was kept before its state's fields were the document's own: for the steps of a schema
/// that come before <see cref="MongoLayout"/>.</summary>
/// <typeparam name="TState">The aggregate's state.</typeparam>
[BsonIgnoreExtraElements]
public sealed class NestedAggregate<TState>
{
    /// <summary>The aggregate's id.</summary>
    [BsonId]
    public required string Id { get; init; }

    /// <summary>Its version.</summary>
    [BsonElement("version")]
    public required long Version { get; init; }

    /// <summary>What it is at that version.</summary>
    [BsonElement("state")]
    public required TState State { get; init; }

    /// <summary>Events not yet published, in order.</summary>
    [BsonElement("outbox")]
    public List<OutboxItem> Outbox { get; init; } = [];

    /// <summary>When the first of those happened, UTC.</summary>
    [BsonElement("pendingSince")]
    [BsonIgnoreIfNull]
    public DateTime? PendingSince { get; init; }

    /// <summary>A new document, to be inserted.</summary>
    public static NestedAggregate<TState> New(string id, long version, TState state, params IEnumerable<IEvent> events)
    {
        List<OutboxItem> outbox = [.. events.Select(OutboxItem.Of)];
        return new()
        {
            Id = id,
            Version = version,
            State = state,
            Outbox = outbox,
            PendingSince = outbox.Count > 0 ? outbox[0].OccurredAt : null,
        };
    }
}
