using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Bson.Serialization.Serializers;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>How records become documents, and how safe writes are.</summary>
public static class MongoConventions
{
    // The longest wait for a server to be had, and for a connection.
    private static readonly TimeSpan ServerLimit = TimeSpan.FromSeconds(5);

    // The longest wait for an answer, longer than the server's own for its majority: a server that has stopped answering is given up after
    // this, and whether there is another after that.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan MajorityLimit = TimeSpan.FromSeconds(6);

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
    /// <param name="url">The address.</param>
    /// <param name="service">The service.</param>
    /// <param name="limit">The longest wait for an answer, after which nobody knows whether it was done; 8 s if absent.</param>
    public static IMongoDatabase Database(MongoUrl url, string service, TimeSpan? limit = null)
    {
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName = "smartqueue-" + service;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true, wTimeout: MajorityLimit);
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = ServerLimit;
        settings.ConnectTimeout = ServerLimit;
        settings.WaitQueueTimeout = ServerLimit;
        settings.SocketTimeout = limit ?? AnswerLimit;
        return new MongoClient(settings).GetDatabase($"{url.DatabaseName ?? "smartqueue"}_{service}");
    }

    /// <summary>The same database for what takes as long as it takes, such as an index of what there is.</summary>
    public static IMongoDatabase WithoutLimit(this IMongoDatabase database)
    {
        var settings = database.Client.Settings.Clone();
        settings.SocketTimeout = Timeout.InfiniteTimeSpan;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        return new MongoClient(settings).GetDatabase(database.DatabaseNamespace.DatabaseName);
    }
}
