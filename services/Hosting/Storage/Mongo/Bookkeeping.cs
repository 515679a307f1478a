using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>What a document keeps beside its state; see <see cref="Aggregate{TState}"/>. Stores keep more of their own in it.</summary>
[BsonIgnoreExtraElements]
internal sealed record Bookkeeping
{
    [BsonId]
    public required string Id { get; init; }

    [BsonElement("version")]
    public required long Version { get; init; }

    [BsonElement("outbox")]
    public List<OutboxItem> Outbox { get; init; } = [];

    [BsonElement("pendingSince")]
    [BsonIgnoreIfNull]
    public DateTime? PendingSince { get; init; }

    [BsonElement("answer")]
    [BsonIgnoreIfNull]
    public AnswerItem? Answer { get; init; }

    [BsonElement("answers")]
    [BsonIgnoreIfNull]
    public List<AnswerItem>? Answers { get; init; }
}
