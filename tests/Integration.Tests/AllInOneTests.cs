using System.Net;
using System.Net.Sockets;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class AllInOneTests
{
    [Fact]
    public async Task One_process_on_an_empty_folder_does_the_whole_scenario_and_stops_cleanly()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0], Scenario.Settings);
        var figuresFollow = await Scenario.BookForFiguresAsync(system.Address);
        await Scenario.RunAsync(system.Address);
        await Scenario.BookAsync(system.Address);
        await figuresFollow();
        Assert.Equal(0, await system.StopAsync());
        Assert.Equal("", system.Errors);
    }

    [Fact]
    public async Task On_an_address_of_its_own_nothing_it_asks_itself_leaves_the_process()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.Free(1)[0];
        // Anyone who listens where the inner calls went once.
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            port,
            new Dictionary<string, string> { ["SMARTQUEUE_BIND"] = "127.0.0.2" }
        );
        using var client = new SystemClient(system.Address);
        await client.SignInAsync();
        var queueId = await client.DefineQueueAsync();

        var answer = await client.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Post,
            "/graphql",
            new { query = "{ getQueues { id tickets { id } } }" }
        );
        Assert.Equal(queueId, answer.GetProperty("data").GetProperty("getQueues")[0].GetProperty("id").GetString());
        Assert.False(other.Pending());
    }

    [Fact]
    public async Task Libraries_that_nothing_needs_are_not_in_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Which files a process has in memory is read from /proc.");
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        using var client = new SystemClient(system.Address);
        await client.SignInAsync();
        await client.TakeAsync(await client.DefineQueueAsync());

        var files = await File.ReadAllTextAsync($"/proc/{system.Id}/maps", TestContext.Current.CancellationToken);

        Assert.Contains("Microsoft.Data.Sqlite.dll", files, StringComparison.Ordinal);
        // Those of MongoDB, RabbitMQ, services in other processes, messages by email and the page of the documentation.
        foreach (var library in (string[])["MongoDB.Driver", "MassTransit", "Polly.Core", "MimeKit", "Scalar.AspNetCore"])
            Assert.DoesNotContain($"/{library}.dll", files, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_in_the_home_folder()
    {
        using var folder = new TemporaryFolder();
        using var home = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(
            folder.Path,
            Ports.Free(1)[0],
            new Dictionary<string, string> { ["HOME"] = home.Path }
        );
        using var client = new SystemClient(system.Address);
        await client.SignInAsync();
        await system.StopAsync();

        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    [Fact]
    public async Task It_starts_again_on_its_data()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.Free(1)[0];
        string queueId;
        await using (var system = await SystemProcess.StartAsync(folder.Path, port))
        {
            using var before = new SystemClient(system.Address);
            await before.SignInAsync();
            queueId = await before.DefineQueueAsync();
            await before.TakeAsync(queueId);
            await system.StopAsync();
        }

        await using var again = await SystemProcess.StartAsync(folder.Path, port);
        using var after = new SystemClient(again.Address);
        await after.SignInAsync();
        Assert.Equal("A-2", (await after.TakeAsync(queueId)).GetProperty("ticketNumber").GetString());
    }
}
