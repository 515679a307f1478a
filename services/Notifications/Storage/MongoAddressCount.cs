using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Notifications.Storage;

/// <summary>What an address got of late, as kept in MongoDB.</summary>
internal sealed class MongoAddressCount
{
    /// <summary>The address, by its hash, and the kind of message.</summary>
    [BsonId]
    public required string Address { get; init; }

    [BsonElement("messages")]
    public List<MongoAdmittedMessage> Messages { get; init; } = [];

    /// <summary>When all of it is past, UTC.</summary>
    [BsonElement("forgottenAt")]
    public DateTime ForgottenAt { get; init; }
}
