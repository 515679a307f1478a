using MongoDB.Bson.Serialization;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Names of fields that are not those of the members.</summary>
internal static class MongoNotificationDocuments
{
    /// <summary>Since when a notification is to be delivered; the document itself has a <c>pendingSince</c>, of its events.</summary>
    public const string UndeliveredSince = "undeliveredSince";

    /// <summary>Names them, before the first use.</summary>
    public static void Name()
    {
        // Whoever is first: what is mapped without them stays so.
        MongoConventions.Register();
        BsonClassMap.TryRegisterClassMap<Notification>(map =>
        {
            map.AutoMap();
            map.GetMemberMap(n => n.PendingSince).SetElementName(UndeliveredSince);
        });
    }
}
