using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>The counters of a queue, from the ticket service, which has them, to who reads the queue.</summary>
public sealed class QueueCountersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_counter_shows_in_its_queue_under_the_name_it_has_until_it_is_deleted()
    {
        await using var system = await WholeSystem.StartAsync();
        using var admin = await system.AdminAsync();
        var queue = await MakeAsync(admin, "/api/queues", new { name = "Passports", counters = new[] { new { name = "3" } } });
        var listed = await IdAsync(admin, "3");
        await ShowsAsync(admin, queue, $"3 {listed}");

        var given = await MakeAsync(admin, "/api/counters", new { name = "7", queues = new[] { new { queueId = queue } } });
        await ShowsAsync(admin, queue, $"3 {listed}, 7 {given}");

        await WholeSystem.SendAsync(admin, HttpMethod.Patch, $"/api/counters/{listed}", new { name = "Three" });
        await WholeSystem.SendAsync(admin, HttpMethod.Patch, $"/api/counters/{given}", new { name = "Seven" });
        await ShowsAsync(admin, queue, $"Three {listed}, Seven {given}");

        await WholeSystem.SendAsync(admin, HttpMethod.Delete, $"/api/counters/{listed}");
        await ShowsAsync(admin, queue, $"Seven {given}");
        await WholeSystem.SendAsync(admin, HttpMethod.Delete, $"/api/counters/{given}");
        await ShowsAsync(admin, queue, "");
    }

    [Fact]
    public async Task Counters_of_before_the_queue_service_kept_any_show_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        string queue;
        string counter;
        await using (var system = await WholeSystem.StartAsync(folder: folder))
        {
            using var admin = await system.AdminAsync();
            queue = await MakeAsync(admin, "/api/queues", new { name = "Passports", counters = new[] { new { name = "3" } } });
            counter = await IdAsync(admin, "3");
            await ShowsAsync(admin, queue, $"3 {counter}");
        }

        // As the step that brought them leaves a file: their events were published long before, and are gone.
        Execute(Path.Combine(folder.Path, "queues.db"), "DELETE FROM counters");
        Execute(Path.Combine(folder.Path, "tickets.db"), "DELETE FROM outbox");

        await using var again = await WholeSystem.StartAsync(folder: folder);
        using var reader = again.Process.Guest();
        await ShowsAsync(reader, queue, $"3 {counter}");
    }

    [Fact]
    public async Task Graphql_tells_the_ids_and_takes_them_back()
    {
        await using var system = await WholeSystem.StartAsync();
        using var admin = await system.AdminAsync();
        var queue = await MakeAsync(admin, "/api/queues", new { name = "Passports", counters = new[] { new { name = "3" } } });
        var counter = await IdAsync(admin, "3");
        await ShowsAsync(admin, queue, $"3 {counter}");

        var read = await AskAsync(admin, $$"""{ getQueue(id: "{{queue}}") { counters { id name } } }""");
        Assert.Equal($$$"""{"getQueue":{"counters":[{"id":"{{{counter}}}","name":"3"}]}}""", read.GetRawText());
        var sent = await AskAsync(
            admin,
            $$"""mutation { updateQueue(id: "{{queue}}", counters: [{ id: "{{counter}}", name: "3" }]) { counters { id name } } }"""
        );
        Assert.Equal($$$"""{"updateQueue":{"counters":[{"id":"{{{counter}}}","name":"3"}]}}""", sent.GetRawText());
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string query)
    {
        var answer = await WholeSystem.SendAsync(client, HttpMethod.Post, "/graphql", new { query });
        Assert.False(answer.TryGetProperty("errors", out _), answer.GetRawText());
        return answer.GetProperty("data");
    }

    private static async Task<string> MakeAsync(HttpClient client, string path, object body) =>
        (await WholeSystem.SendAsync(client, HttpMethod.Post, path, body)).GetProperty("id").GetString()!;

    // A queue's counters are made of what it lists, by the ticket service.
    private static async Task<string> IdAsync(HttpClient client, string name)
    {
        var counters = await Eventually.GetAsync(
            () => WholeSystem.SendAsync(client, HttpMethod.Get, "/api/counters"),
            c => c.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("name").GetString() == name)
        );
        return counters
            .GetProperty("items")
            .EnumerateArray()
            .Single(i => i.GetProperty("name").GetString() == name)
            .GetProperty("id")
            .GetString()!;
    }

    private static Task ShowsAsync(HttpClient client, string queueId, string counters) =>
        Eventually.GetAsync(
            () => WholeSystem.SendAsync(client, HttpMethod.Get, "/api/queues/" + queueId),
            q =>
                string.Join(", ", q.GetProperty("counters").EnumerateArray().Select(c => $"{c.GetProperty("name")} {c.GetProperty("id")}"))
                == counters
        );

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Execute(sql);
    }
}
