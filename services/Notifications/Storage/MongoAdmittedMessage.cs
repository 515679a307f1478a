using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Notifications.Storage;

/// <summary>A message that an address got, as kept in MongoDB.</summary>
internal sealed class MongoAdmittedMessage
{
    [BsonElement("key")]
    public required string Key { get; init; }

    [BsonElement("at")]
    public required DateTime At { get; init; }
}
