using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Users.Storage;

/// <summary>Who may do what only one may do at a time, until when.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoLock
{
    [BsonId]
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required DateTime Until { get; init; }
}
