using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Storage;

/// <summary>A <see cref="QueueCopy"/> in MongoDB.</summary>
[BsonIgnoreExtraElements]
internal sealed record QueueCopyDocument
{
    [BsonId]
    public required string QueueId { get; init; }

    public required long Version { get; init; }

    public QueueDefinition? Definition { get; init; }
}
