using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>
/// Real processes on folders that earlier versions left. In <c>Folders/0.1.tgz</c> Passports has P-1 served, P-2 and P-3 called to two
/// counters, P-4 waiting for Ana, and the cash desk C-1 waiting. <c>Folders/0.2.tgz</c> was made by the same requests of the last sources
/// before the tickets' step "Lines that are closed": all stores but that of the tickets had the versions they have in 1.0. Both hold the
/// databases alone, as a process left them that was asked to stop. Numbers of their queues are never reset: they go on on any later day.
/// </summary>
[Collection(OnABroker.Name)]
public sealed class UpgradeTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private const string AnasEmail = "ana@example.org";
    private const string AnasPassword = "Long-enough-1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.2")]
    public async Task A_folder_of_an_earlier_version_goes_on_where_it_was_left(string version)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(version, folder.Path);
        var left = VersionsIn(folder.Path);
        var port = Ports.Free(1)[0];
        await using (var system = await SystemProcess.StartAsync(folder.Path, port))
        {
            using var client = new SystemClient(system.Address);
            await client.SignInAsync();
            await client.ExpectAsync(
                HttpStatusCode.OK,
                HttpMethod.Post,
                "/api/auth/login",
                new { email = AnasEmail, password = AnasPassword }
            );
            var queues = (await client.GetAsync("/api/queues"))
                .GetProperty("items")
                .EnumerateArray()
                .ToDictionary(q => q.GetProperty("prefix").GetString()!, q => q.GetProperty("id").GetString()!);
            Assert.Equal(["C", "P"], queues.Keys.Order());
            await ShowsCountersAsync(client, queues["P"]);
            var branch = await client.GetAsync("/api/branches/main");
            Assert.Equal("""["C","P"]""", branch.GetProperty("prefixes").GetRawText());
            Assert.All(branch.GetProperty("queues").EnumerateArray(), q => Assert.Equal("main", q.GetProperty("branchId").GetString()));
            Assert.Equal(
                ["P-1 served", "P-2 called", "P-3 called", "P-4 waiting"],
                (await client.AllTicketsAsync(queues["P"]))
                    .Select(t => $"{t.GetProperty("ticketNumber")} {t.GetProperty("status")}")
                    .Order()
            );
            Assert.Equal("P-5", (await client.TakeAsync(queues["P"])).GetProperty("ticketNumber").GetString());
            Assert.Equal("C-2", (await client.TakeAsync(queues["C"])).GetProperty("ticketNumber").GetString());
            Assert.Equal("C-1", (await client.CallNextAsync(queues["C"], "Cash")).GetProperty("ticketNumber").GetString());
            Assert.InRange((await client.AllAsync("/api/notifications?type=inapp")).Count, 8, 100);
            var figures = await client.GetAsync($"/api/analytics/queue/{queues["P"]}?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z");
            Assert.Equal(1, figures.GetProperty("counts").GetProperty("served").GetInt32());
            Assert.Equal(0, await system.StopAsync());
        }

        var upgraded = VersionsIn(folder.Path);
        Assert.DoesNotContain(0L, upgraded.Values);
        // Each as it was before, for anyone who wants to go back, and no copy of what stayed as it was.
        var copies = left.Where(f => f.Value != upgraded[f.Key]).Select(f => $"{f.Key}.v{f.Value}").Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(copies);
        Assert.Equal(copies, Directory.GetFiles(folder.Path, "*.db.v*").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        await using var again = await SystemProcess.StartAsync(folder.Path, port);
        Assert.Equal(upgraded, VersionsIn(folder.Path));
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.2")]
    public async Task A_folder_of_an_earlier_version_goes_on_in_several_processes_too(string version)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(version, folder.Path);
        await using var system = await SplitSystem.StartAsync(await broker.VirtualHostAsync(), from: folder.Path);
        using var client = new SystemClient(system.Edge);
        await client.SignInAsync();
        var queues = (await client.GetAsync("/api/queues"))
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(q => q.GetProperty("prefix").GetString()!, q => q.GetProperty("id").GetString()!);
        Assert.Equal(
            ["P-1 served", "P-2 called", "P-3 called", "P-4 waiting"],
            (await client.AllTicketsAsync(queues["P"])).Select(t => $"{t.GetProperty("ticketNumber")} {t.GetProperty("status")}").Order()
        );
        await ShowsCountersAsync(client, queues["P"]);
        Assert.Equal("P-5", (await client.TakeAsync(queues["P"])).GetProperty("ticketNumber").GetString());
        Assert.Equal("C-1", (await client.CallNextAsync(queues["C"], "Cash")).GetProperty("ticketNumber").GetString());
        await client.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Delete, $"/api/queues/{queues["P"]}");
    }

    [Fact]
    public async Task A_folder_of_a_later_version_stops_the_start_with_one_sentence()
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync("0.1", folder.Path);
        Execute(Path.Combine(folder.Path, "tickets.db"), "PRAGMA user_version = 1000");

        var (exitCode, errors) = await SystemProcess.FailAsync(folder.Path, Ports.Free(1)[0]);

        Assert.Equal(1, exitCode);
        Assert.Contains(
            "tickets.db is of version 1000, and this SmartQueue knows ",
            Assert.Single(errors.Split('\n')),
            StringComparison.Ordinal
        );
    }

    // The upgrade made them of names, and nobody told of that.
    private static Task ShowsCountersAsync(SystemClient client, string queueId) =>
        Eventually.GetAsync(
            () => client.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("counters").EnumerateArray().ToList() is [_, ..] some
                && some.TrueForAll(c => c.GetProperty("id").ValueKind == JsonValueKind.String)
        );

    internal static async Task UnpackAsync(string version, string folder)
    {
        Directory.CreateDirectory(folder);
        await using var file = File.OpenRead(Path.Combine(SystemProcess.Root, "tests/Integration.Tests/Folders", version + ".tgz"));
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(plain, folder, overwriteFiles: false, Token);
    }

    private static Dictionary<string, long> VersionsIn(string folder) =>
        Directory.GetFiles(folder, "*.db").ToDictionary(f => Path.GetFileName(f), f => (long)Execute(f, "PRAGMA user_version")!);

    internal static object? Execute(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
