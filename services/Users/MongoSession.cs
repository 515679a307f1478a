using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Users;

/// <summary>A <see cref="Session"/> in MongoDB: one document a family, so that a rotation is one update.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoSession
{
    [BsonId]
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required int Epoch { get; init; }

    public required string TokenHash { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>Hashes of the tokens before, the latest last.</summary>
    public required List<string> Used { get; init; }
}
