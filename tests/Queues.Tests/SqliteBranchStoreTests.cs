using Dapper;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteBranchStoreTests : BranchStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<(IBranchStore Branches, IQueueStore Queues, IOutbox Outbox)> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(Token);
        return (new SqliteBranchStore(database), new SqliteQueueStore(database), new SqliteOutbox("queues", database, TimeProvider.System));
    }

    [Theory]
    [InlineData("Europe/Madrid", "Europe/Madrid", "Europe/Madrid")]
    [InlineData("Europe/Madrid", "Asia/Tokyo", "Atlantic/Azores")]
    [InlineData(null, null, "Atlantic/Azores")]
    public async Task The_queues_of_the_version_before_are_in_the_first_branch_after_the_upgrade(
        string? oneZone,
        string? otherZone,
        string zone
    )
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        var steps = SqliteQueuesSchema.Steps("Atlantic/Azores");
        await new SqliteSchema("queues", database, [.. steps.Take(2)]).UpgradeAsync(Token);
        foreach (var (id, prefix, kept, schedule) in Earlier(oneZone, otherZone))
        {
            var state = $$$"""
                {"definition":{"id":"{{{id}}}","name":"Queue {{{id}}}","isActive":true,"prefix":"{{{prefix}}}","maxActiveTickets":7,"averageServiceTime":300,
                "slaWaitTime":600,"maxRecalls":3,"rejoinGrace":900,"numberReset":"daily","timeZone":"{{{kept}}}"{{{schedule}}},"counters":[],
                "createdAt":"2026-11-27T00:39:37.282+00:00","updatedAt":"2026-11-28T00:39:37.282+00:00","version":3},"announcement":null,"deletedAt":null}
                """;
            await database.WriteAsync(
                c => c.Execute("INSERT INTO queues (id, is_active, version, state) VALUES (@id, 1, 3, @state)", new { id, state }),
                Token
            );
        }

        await new SqliteSchema("queues", database, steps).UpgradeAsync(Token);

        var main = (await new SqliteBranchStore(database).FindAsync("main", Token))!.Definition;
        Assert.Equal(("main", "Main", zone, 1L), (main.Slug, main.Name, main.TimeZone, main.Version));
        Assert.Equal((null, null), (main.OpeningHours, main.Closures));
        if (oneZone is null)
            return;
        var queues = new SqliteQueueStore(database);
        var all = await queues.ListAsync(null, "main", PageRequest.First(10), Token);
        Assert.Equal(["1", "2", "3"], all.Select(q => q.Id));
        Assert.All(all, q => Assert.Equal(("main", 3L), (q.Definition.BranchId, q.Version)));
        Assert.Equal(new OwnSchedule(true, true, false), all[0].Own);
        Assert.Equal(new OwnSchedule(true, false, true), all[1].Own);
        Assert.Equal(oneZone, all[0].Definition.TimeZone);
        Assert.Equal(otherZone, all[1].Definition.TimeZone);
        Assert.Single(all[0].Definition.OpeningHours!);
        // The second that had a prefix goes on without its key; nobody joins them.
        Assert.True(await queues.SaveAsync(all[2].Define(all[2].Definition with { Name = "Renamed" }, Sample.Now), 3, null, Token));
        await Assert.ThrowsAsync<RefusedException>(() => queues.AddAsync(In("main", "4", "A"), null, Token));
    }

    private static IEnumerable<(string Id, string Prefix, string Zone, string Schedule)> Earlier(string? one, string? other) =>
        one is null || other is null
            ? []
            :
            [
                (
                    "1",
                    "A",
                    one,
                    ",\"openingHours\":[{\"day\":\"monday\",\"opens\":\"09:00:00\",\"closes\":\"17:00:00\"}],\"closures\":null"
                ),
                ("2", "B", other, ",\"openingHours\":null,\"closures\":[{\"firstDay\":\"2026-12-25\",\"lastDay\":\"2026-12-25\"}]"),
                ("3", "A", one, ""),
            ];

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
