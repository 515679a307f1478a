using System.Net;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class StorageAwayTests
{
    [Fact]
    public async Task With_the_database_away_it_is_not_ready_says_so_and_stops_cleanly()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartListeningAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["MONGODB_URI"] = "mongodb://127.0.0.1:1/" }
        );
        using var client = new HttpClient { BaseAddress = system.Address };
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        await Eventually.TrueAsync(() => Task.FromResult(system.Output.Contains("waits for its database", StringComparison.Ordinal)));
        Assert.Equal(0, await system.StopAsync());
        Assert.Equal("", system.Errors);
        Assert.DoesNotContain("is ready on", system.Output, StringComparison.Ordinal);
    }
}
