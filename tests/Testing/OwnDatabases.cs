using MongoDB.Driver;

namespace SmartQueue.Testing;

/// <summary>Databases of one test on a server that others use too. They go with it.</summary>
public sealed class OwnDatabases : IAsyncDisposable
{
    private readonly string name = "system_" + Guid.CreateVersion7().ToString("N");
    private readonly MongoClient client;

    internal OwnDatabases(MongoUrl server)
    {
        client = new MongoClient(server);
        Uri = new MongoUrlBuilder(server.ToString())
        {
            DatabaseName = name,
            // Without it, accounts are looked for in the database that is named.
            AuthenticationSource = server.Username is null ? null : server.AuthenticationSource ?? server.DatabaseName,
        }.ToString();
    }

    /// <summary>What <c>MONGODB_URI</c> is for the processes.</summary>
    public string Uri { get; }

    /// <summary>Drops what the processes made. They must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        var all = await (await client.ListDatabaseNamesAsync()).ToListAsync();
        foreach (var database in all.Where(d => d.StartsWith(name, StringComparison.Ordinal)))
            await client.DropDatabaseAsync(database);
        client.Dispose();
    }
}
