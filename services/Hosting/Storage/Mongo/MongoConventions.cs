using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Bson.Serialization.Serializers;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>How records become documents, and how safe writes are.</summary>
public static class MongoConventions
{
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>Registers the conventions for the types of this product, once per process.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered)
                return;
            ConventionRegistry.Register(
                "SmartQueue",
                new ConventionPack
                {
                    new CamelCaseElementNameConvention(),
                    new EnumRepresentationConvention(BsonType.String),
                    new IgnoreExtraElementsConvention(true),
                    new IgnoreIfNullConvention(true),
                },
                type => type.Namespace?.StartsWith("SmartQueue", StringComparison.Ordinal) == true
            );

            // As a BSON date: milliseconds, UTC, ordered, and the same instant comes back.
            BsonSerializer.RegisterSerializer(new DateTimeOffsetSerializer(BsonType.DateTime));
            registered = true;
        }
    }

    /// <summary>The database <c>smartqueue_SERVICE</c>, with journaled majority writes.</summary>
    public static IMongoDatabase Database(MongoUrl url, string service)
    {
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName = "smartqueue-" + service;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true, wTimeout: TimeSpan.FromSeconds(10));
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(5);
        return new MongoClient(settings).GetDatabase($"{url.DatabaseName ?? "smartqueue"}_{service}");
    }
}
