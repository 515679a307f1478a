using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Users.Storage;

/// <summary>A refresh token that was used, for as long as it may be repeated.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoUsedToken
{
    public required string TokenHash { get; init; }

    public required DateTime At { get; init; }

    public required byte[] Salt { get; init; }
}
