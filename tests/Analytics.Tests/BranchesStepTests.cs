using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

/// <summary>The step that brought branches, on the files that earlier versions left.</summary>
public sealed class BranchesStepTests : IDisposable
{
    private const int Before = 2;
    private static readonly AnalyticsOptions Options = new(true, null, TimeSpan.FromDays(90), 1000, "UTC");

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0.1", 0)]
    [InlineData("0.2", 0)]
    // Many more, at odd times and in hours that were rolled up.
    [InlineData("0.2", 300)]
    public async Task Figures_stay_and_what_counters_did_is_found(string version, int more)
    {
        await using var database = new SqliteDatabase(await UnpackAsync(version));
        await new SqliteSchema("analytics", database, [.. SqliteAnalyticsSchema.Steps.Take(Before)]).UpgradeAsync(Token);
        await AddAsync(database, more);
        var queues = (await TextsAsync(database, "SELECT state FROM queues")).Select(Parse<QueueProfile>).ToList();
        var facts = (await TextsAsync(database, "SELECT state FROM facts")).Select(Parse<TicketFact>).ToList();
        var rollups = await TextsAsync(
            database,
            "SELECT queue_id || ' ' || hour || ' ' || coalesce(hex(data), '') FROM rollups ORDER BY 1"
        );
        Assert.NotEmpty(rollups);

        await new SqliteSchema("analytics", database, [.. SqliteAnalyticsSchema.Steps.Take(Before + 1)]).UpgradeAsync(Token);

        const string same = "SELECT queue_id || ' ' || hour || ' ' || coalesce(hex(data), '') FROM rollups WHERE queue_id <> '' ORDER BY 1";
        Assert.Equal(rollups, await TextsAsync(database, same));
        foreach (var table in (string[])["facts", "queues", "rollups"])
            Assert.Equal(["main"], await TextsAsync(database, $"SELECT DISTINCT branch_id FROM {table}"));
        Assert.Equal(
            facts
                .Where(f => f.Counter is not null && f.CalledAt is not null)
                .Select(f => $"{f.TicketId} {f.CalledAt?.ToUnixTimeMilliseconds()} {f.ClosedAt?.ToUnixTimeMilliseconds()}")
                .Order(StringComparer.Ordinal),
            await TextsAsync(
                database,
                "SELECT ticket_id || ' ' || called_at || ' ' || coalesce(closed_at, '') FROM facts WHERE called_at IS NOT NULL ORDER BY 1"
            )
        );

        // The one that makes rollups again keeps the figures, too.
        await new SqliteSchema("analytics", database, SqliteAnalyticsSchema.Steps).UpgradeAsync(Token);
        Assert.Empty(await TextsAsync(database, "SELECT queue_id FROM rollups WHERE queue_id <> '' AND data IS NOT NULL"));

        var store = new SqliteAnalyticsStore(database);
        var range = new TimeRange(Samples.Morning.AddDays(-10), Samples.Morning.AddDays(20));
        var now = new FakeTimeProvider(range.To);
        var direct = new CounterWork();
        facts.ForEach(f => direct.Add(f, range, range.To));
        for (var rolledUp = 0; rolledUp < 2; rolledUp++)
        {
            foreach (var queue in queues)
            {
                var all = new Rollup();
                facts.Where(f => f.QueueId == queue.QueueId).ToList().ForEach(all.Add);
                Assert.Equivalent(
                    QueueFigures.Of(queue, range, BucketSize.Day, all, new AppointmentTally()),
                    await new AnalyticsDesk(store, Options, now).QueueAsync(
                        queue.QueueId,
                        null,
                        new AskedRange(range.From, range.To),
                        BucketSize.Day,
                        Token
                    ),
                    strict: true
                );
            }

            var counters = (await new WorkDesk(store, Options, now).CountersAsync(null, new AskedRange(range.From, range.To), Token)).Items;
            Assert.Equal(
                direct.Tallies.OrderBy(t => t.Key.Counter, StringComparer.Ordinal).Select(t => (t.Key.Counter, t.Value.Busy / 1000.0)),
                counters.Select(c => (c.Name, c.Busy))
            );
            Assert.All(counters, c => Assert.Equal(Branches.Main, c.BranchId));
            while (await store.RollUpAsync(16, Token) == 16)
                await Task.Yield();
        }
    }

    private static T Parse<T>(string state) => JsonSerializer.Deserialize<T>(state, JsonSerializerOptions.Web)!;

    private static Task<List<string>> TextsAsync(SqliteDatabase database, string query) =>
        database.ReadAsync(c => c.Query<string>(query).ToList(), Token);

    private static Task AddAsync(SqliteDatabase database, int count) =>
        database.WriteAsync(
            c =>
            {
                var queueId = c.ExecuteScalar<string>("SELECT min(queue_id) FROM queues");
                for (var i = 0; i < count; i++)
                {
                    var ticket = Samples.Ticket($"t{i}", Samples.Morning.AddSeconds(i * 1234.567)) with { QueueId = queueId! };
                    var called = ticket.Called(ticket.CreatedAt.AddMilliseconds(i * 1001 + 0.4321), $"{i % 5}");
                    var fact = TicketFact.Of(i % 7 == 0 ? called : called.Served(called.CalledAt!.Value.AddMilliseconds(i * 54_321)));
                    var hour = RollupHour.Of(fact.CreatedAt);
                    c.Execute(
                        "INSERT INTO facts (ticket_id, queue_id, created_at, state) VALUES (@TicketId, @QueueId, @at, @state)",
                        new
                        {
                            fact.TicketId,
                            fact.QueueId,
                            at = fact.CreatedAt.ToUnixTimeMilliseconds(),
                            // As the versions before wrote it.
                            state = JsonSerializer
                                .Serialize(fact, JsonSerializerOptions.Web)
                                .Replace("\"branchId\":\"main\",", "", StringComparison.Ordinal),
                        }
                    );
                    c.Execute(
                        "INSERT INTO rollups (queue_id, hour) VALUES (@QueueId, @hour) ON CONFLICT DO NOTHING",
                        new { fact.QueueId, hour }
                    );
                }

                // Every other hour is rolled up.
                foreach (
                    var hour in c.Query<long>("SELECT hour FROM rollups WHERE queue_id = @queueId AND hour % 2 = 0", new { queueId })
                        .ToList()
                )
                {
                    var rollup = new Rollup();
                    var (from, to) = (RollupHour.Start(hour).ToUnixTimeMilliseconds(), RollupHour.Start(hour + 1).ToUnixTimeMilliseconds());
                    foreach (
                        var state in c.Query<string>(
                            "SELECT state FROM facts WHERE queue_id = @queueId AND created_at >= @from AND created_at < @to",
                            new
                            {
                                queueId,
                                from,
                                to,
                            }
                        )
                    )
                        rollup.Add(Parse<TicketFact>(state));
                    c.Execute(
                        "UPDATE rollups SET data = @data WHERE queue_id = @queueId AND hour = @hour",
                        new
                        {
                            data = rollup.Pack(),
                            queueId,
                            hour,
                        }
                    );
                }
            },
            Token
        );

    private async Task<string> UnpackAsync(string version)
    {
        const string name = "analytics.db";
        await using var file = File.OpenRead(Path.Combine(SystemProcess.Root, "tests/Integration.Tests/Folders", version + ".tgz"));
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var archive = new TarReader(plain);
        while (await archive.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            if (Path.GetFileName(entry.Name) == name)
                await entry.ExtractToFileAsync(Path.Combine(folder.Path, name), overwrite: false, Token);
        }

        return Path.Combine(folder.Path, name);
    }
}
