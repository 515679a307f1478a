using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>One system on a MongoDB for the tests of a class, started by the first that runs.</summary>
public sealed class MongoSystem : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private OwnDatabases? databases;
    private SplitSystem? system;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (databases is not null)
            await databases.DisposeAsync();
        folder.Dispose();
    }

    // Not before, since a fixture cannot skip.
    internal async Task<SplitSystem> StartAsync(RabbitMqNode broker)
    {
        databases ??= await TestMongo.OwnAsync();
        // One key for both processes of users, so that these tests say nothing of keys.
        return system ??= await SplitSystem.StartTwiceAsync(
            await broker.VirtualHostAsync(),
            databases.Uri,
            new Dictionary<string, string> { ["JWT_SIGNING_KEY"] = Path.Combine(folder.Path, "signing-key.pem") }
        );
    }
}
