using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>A kept answer in the document its request made or changed.</summary>
[BsonIgnoreExtraElements]
public sealed record AnswerItem
{
    /// <summary>Identifies caller and key; no two answers of a service have the same.</summary>
    [BsonElement("key")]
    public required string KeyHash { get; init; }

    /// <summary>The request it belongs to.</summary>
    [BsonElement("request")]
    public required string RequestHash { get; init; }

    /// <summary>The answer, encrypted with the caller's key, which is not kept; empty once it is erased.</summary>
    [BsonElement("sealed")]
    public required byte[] Sealed { get; init; }

    /// <summary>When it was given, UTC; its age decides when it is dropped.</summary>
    [BsonElement("at")]
    public required DateTime CreatedAt { get; init; }

    /// <summary>As kept by stores.</summary>
    public StoredResponse Stored() =>
        new(KeyHash, RequestHash, Sealed, new DateTimeOffset(DateTime.SpecifyKind(CreatedAt, DateTimeKind.Utc)));

    /// <summary>The same without what it says.</summary>
    public AnswerItem Erased() => this with { Sealed = [] };

    /// <summary>As kept in documents.</summary>
    public static AnswerItem Of(StoredResponse answer) =>
        new()
        {
            KeyHash = answer.KeyHash,
            RequestHash = answer.RequestHash,
            Sealed = answer.Sealed,
            CreatedAt = answer.CreatedAt.UtcDateTime,
        };
}
