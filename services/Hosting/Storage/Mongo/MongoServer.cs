using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Servers;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>The server of <c>MONGODB_URI</c>: it must be recent enough, and should be a replica set.</summary>
/// <param name="database">Any of its databases.</param>
/// <param name="log">Where a standalone server is told of.</param>
internal sealed class MongoServer(IMongoDatabase database, ILogger<MongoServer> log) : IStorageCondition
{
    /// <summary>What MongoDB 4.4 speaks.</summary>
    private const int WireVersion = 9;

    private const string Standalone =
        "MongoDB runs as a standalone server, so a write that a broken connection interrupts is not repeated by itself, and a backup is of no one moment; make it a replica set, of one member if need be.";

    public string? Concern => Servers().Any(s => s.Type == ServerType.Standalone) ? Standalone : null;

    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        await MongoRefusals.ExplainAsync(database, () =>
            database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellationToken)
        );
        if (Servers().FirstOrDefault(s => s.WireVersionRange?.Max < WireVersion) is { } old)
            throw new StartupException(MongoRefusals.TooOld($"{old.EndPoint}"));
        if (Concern is { } concern)
            HostingLog.StorageConcern(log, concern);
    }

    private IReadOnlyList<ServerDescription> Servers() => database.Client.Cluster.Description.Servers;
}
