using MongoDB.Bson.Serialization;
using SmartQueue.Analytics.Facts;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Analytics.Storage;

/// <summary>Names of fields that are not those of the members: a document has a version of its own, which counts what was told of it, in
/// whichever order.</summary>
internal static class MongoAnalyticsDocuments
{
    /// <summary>The version of the ticket that a fact was told at last.</summary>
    public const string TicketVersion = "ticketVersion";

    /// <summary>The version of the queue that a profile was told at last.</summary>
    public const string QueueVersion = "queueVersion";

    /// <summary>The version of the appointment that a fact was told at last.</summary>
    public const string AppointmentVersion = "appointmentVersion";

    /// <summary>Names them, before the first use.</summary>
    public static void Name()
    {
        // Whoever is first: what is mapped without them stays so.
        MongoConventions.Register();
        BsonClassMap.TryRegisterClassMap<TicketFact>(map =>
        {
            map.AutoMap();
            map.GetMemberMap(f => f.Version).SetElementName(TicketVersion);
        });
        BsonClassMap.TryRegisterClassMap<AppointmentFact>(map =>
        {
            map.AutoMap();
            map.GetMemberMap(a => a.Version).SetElementName(AppointmentVersion);
        });
        BsonClassMap.TryRegisterClassMap<QueueProfile>(map =>
        {
            map.AutoMap();
            map.GetMemberMap(q => q.Version).SetElementName(QueueVersion);
        });
    }
}
