using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>A refresh token that was used, for as long as it may be repeated.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoUsedToken
{
    public required string TokenHash { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>See <see cref="TokenRotation.Salt"/>.</summary>
    public required byte[] Salt { get; init; }
}
