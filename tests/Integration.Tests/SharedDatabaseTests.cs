using System.Net;
using MongoDB.Driver;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>Several real processes on one MongoDB.</summary>
[Collection(OnABroker.Name)]
public sealed class SharedDatabaseTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>, IAsyncLifetime
{
    private readonly string name = "test_" + Guid.CreateVersion7().ToString("N");
    private readonly TemporaryFolder folder = new();
    private MongoUrl server = null!;

    public async ValueTask InitializeAsync() => server = new MongoUrl(await TestMongo.UriAsync());

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (server is null)
            return;
        using var client = new MongoClient(server);
        foreach (var service in SplitSystem.Services)
            await client.DropDatabaseAsync($"{name}_{service}");
    }

    [Fact]
    public async Task Two_processes_without_a_broker_are_refused_and_one_that_was_killed_starts_again()
    {
        var settings = Settings();
        await using var first = await SystemProcess.StartAsync(Folder("a"), Ports.Free(1)[0], settings);
        var (exitCode, errors) = await SystemProcess.FailAsync(Folder("b"), Ports.Free(1)[0], settings);
        Assert.Equal(1, exitCode);
        Assert.Contains("RABBITMQ_URI", Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
        await first.KillAsync();
        await using var again = await SystemProcess.StartAsync(Folder("b"), Ports.Free(1)[0], settings);
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Several_user_services_know_each_others_tokens()
    {
        var settings = Settings();
        settings["RABBITMQ_URI"] = (await broker.VirtualHostAsync()).ToString();
        var processes = await Task.WhenAll(
            Ports.Free(2).Select((port, n) => SystemProcess.StartAsync(Folder($"users{n}"), port, settings, "--services", "users"))
        );
        try
        {
            foreach (var (signsIn, other) in ((int, int)[])[(0, 1), (1, 0)])
            {
                using var client = new SystemClient(processes[other].Address);
                await client.SignInAtAsync(processes[signsIn].Address);
                await client.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/api/users/me");
            }
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
    }

    private string Folder(string process) => Path.Combine(folder.Path, process);

    private Dictionary<string, string> Settings() =>
        new()
        {
            ["MONGODB_URI"] = new MongoUrlBuilder(server.ToString())
            {
                DatabaseName = name,
                // Else accounts are looked for in that database.
                AuthenticationSource = server.Username is null ? null : server.AuthenticationSource ?? "admin",
            }.ToString(),
        };
}
