using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets;

/// <summary>A <see cref="QueuePolicy"/> in MongoDB.</summary>
[BsonIgnoreExtraElements]
internal sealed record QueuePolicyDocument
{
    [BsonId]
    public required string QueueId { get; init; }

    public required long Version { get; init; }

    public QueueDefinition? Definition { get; init; }
}
