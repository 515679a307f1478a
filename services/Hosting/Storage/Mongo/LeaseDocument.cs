using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>Which process alone uses the databases, while it has no broker.</summary>
[BsonIgnoreExtraElements]
internal sealed record LeaseDocument
{
    /// <summary>The only document's id.</summary>
    public const string OnlyId = "alone";

    [BsonId]
    public required string Id { get; init; }

    [BsonElement("owner")]
    public required string Owner { get; init; }

    /// <summary>UTC; then it is taken for dead.</summary>
    [BsonElement("until")]
    public required DateTime Until { get; init; }
}
