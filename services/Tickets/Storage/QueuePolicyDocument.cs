using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>A <see cref="QueuePolicy"/> in MongoDB.</summary>
[BsonIgnoreExtraElements]
internal sealed record QueuePolicyDocument
{
    [BsonId]
    public required string QueueId { get; init; }

    public required long Version { get; init; }

    public QueueDefinition? Definition { get; init; }
}
