using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>A <see cref="Session"/> in MongoDB: one document a family, so that a rotation is one update.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoSession
{
    [BsonId]
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required int Epoch { get; init; }

    public required string TokenHash { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UsedAt { get; init; }

    public string? Browser { get; init; }

    public string? System { get; init; }

    /// <summary>Hashes of the tokens before, the latest last.</summary>
    public required List<string> Used { get; init; }

    /// <summary>Those used lately, the latest last.</summary>
    public List<MongoUsedToken> Recent { get; init; } = [];

    /// <summary>Set when it is ended, UTC. It is kept without its tokens until then.</summary>
    public DateTime? RefusedUntil { get; init; }

    public static MongoSession Of(Session session) =>
        new()
        {
            Id = session.Id,
            UserId = session.UserId,
            Epoch = session.Epoch,
            TokenHash = session.TokenHash,
            ExpiresAt = session.ExpiresAt.UtcDateTime,
            CreatedAt = session.CreatedAt.UtcDateTime,
            UsedAt = session.UsedAt.UtcDateTime,
            Browser = session.Browser,
            System = session.System,
            Used = [],
        };

    public Session Session() =>
        new(Id, UserId, Epoch, TokenHash, ExpiresAt)
        {
            CreatedAt = CreatedAt,
            UsedAt = UsedAt,
            Browser = Browser,
            System = System,
        };
}
