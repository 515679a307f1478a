using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Users.Storage;

/// <summary>A <see cref="SigningKeySet"/> in MongoDB: one document, so that of several who make the first one is first.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoSigningKeys
{
    /// <summary>The only document's id.</summary>
    public const string OnlyId = "signing";

    [BsonId]
    public required string Id { get; init; }

    public required string Pem { get; init; }

    public required long Version { get; init; }
}
