using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using Testcontainers.MongoDb;

namespace SmartQueue.Testing;

/// <summary>
/// A MongoDB server for tests: <c>SMARTQUEUE_TEST_MONGODB</c> (a URI), else Docker, else <c>mongod</c> on the path. Tests skip without one.
/// </summary>
public static class TestMongo
{
    /// <summary>Names a server, for which no test of MongoDB may then be skipped.</summary>
    public const string Variable = "SMARTQUEUE_TEST_MONGODB";

    private static readonly Lazy<Task<string?>> Server = new(FindAsync);

    /// <summary>A fresh, empty database.</summary>
    public static async Task<IMongoDatabase> DatabaseAsync()
    {
        var uri = await UriAsync();
        MongoConventions.Register();
        return MongoConventions.Database(new MongoUrl(uri), "test_" + Guid.CreateVersion7().ToString("N"));
    }

    /// <summary>The URI of the server, for processes; skips without one.</summary>
    public static async Task<string> UriAsync()
    {
        var uri = await Server.Value;
        if (uri is null)
            Absent.Skip($"No MongoDB: set {Variable}, or run Docker, or put mongod on the path.");
        return uri!;
    }

    /// <summary>The address of databases that the processes of one test share, under a name of their own; skips without a server.</summary>
    public static async Task<OwnDatabases> OwnAsync() => new(new MongoUrl(await UriAsync()));

    /// <summary>The fields of each unique index of a collection, but for that of ids.</summary>
    public static async Task<IReadOnlyList<string>> UniqueKeysAsync(IMongoDatabase database, string collection)
    {
        var indexes = await database.GetCollection<BsonDocument>(collection).Indexes.ListAsync(TestContext.Current.CancellationToken);
        return
        [
            .. (await indexes.ToListAsync(TestContext.Current.CancellationToken))
                .Where(i => i.GetValue("unique", false).ToBoolean() && i["name"] != "_id_")
                .Select(i => string.Join(' ', i["key"].AsBsonDocument.Names))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<string?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } uri)
            return uri;
        if (File.Exists("/var/run/docker.sock"))
        {
            var container = new MongoDbBuilder("mongo:7").Build();
            await container.StartAsync();
            return container.GetConnectionString();
        }

        var mongod = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(p => Path.Combine(p, "mongod"))
            .FirstOrDefault(File.Exists);
        return mongod is null ? null : await StartAsync(mongod);
    }

    private static async Task<string> StartAsync(string mongod)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var folder = Directory.CreateTempSubdirectory("smartqueue-mongo-").FullName;
        var process = Process.Start(
            new ProcessStartInfo(mongod, ["--dbpath", folder, "--port", $"{port}", "--bind_ip", "127.0.0.1"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            process.Kill();
            Directory.Delete(folder, recursive: true);
        };
        var uri = $"mongodb://127.0.0.1:{port}/";
        var client = new MongoClient(uri);
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1));
                    return true;
                }
                catch (Exception e) when (e is MongoException or TimeoutException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60)
        );
        return uri;
    }
}
