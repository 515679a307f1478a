using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>The version of a database, and which process is changing it.</summary>
[BsonIgnoreExtraElements]
internal sealed record SchemaDocument
{
    /// <summary>The only document's id.</summary>
    public const string OnlyId = "schema";

    [BsonId]
    public required string Id { get; init; }

    /// <summary>How many steps were taken; 0 before the first.</summary>
    [BsonElement("version")]
    public int Version { get; init; }

    /// <summary>The process that takes the next one.</summary>
    [BsonElement("owner")]
    public string? Owner { get; init; }

    /// <summary>Until when it has the right to, UTC; then it is taken for dead.</summary>
    [BsonElement("until")]
    public DateTime? Until { get; init; }
}
