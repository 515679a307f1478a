using Dapper;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class SqliteAnalyticsStoreTests : AnalyticsStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(null, null, null, "sqlite_autoindex_tracked_1")]
    [InlineData("type", null, null, "tracked_by_type")]
    [InlineData(null, "queue", null, "tracked_by_queue")]
    [InlineData(null, null, "user", "tracked_by_user")]
    [InlineData("type", "queue", "user", "tracked_by_")]
    public async Task A_page_of_tracked_events_is_read_in_the_order_of_an_index(string? type, string? queue, string? user, string index)
    {
        var filter = new TrackedFilter(type, queue, user, Samples.Morning, Samples.Morning.AddDays(1));
        var plan = await database!.ReadAsync(
            c =>
                string.Join(
                    '\n',
                    c.Query(
                            "EXPLAIN QUERY PLAN " + SqliteAnalyticsStore.TrackedQuery(filter, "after"),
                            new
                            {
                                filter.EventType,
                                filter.QueueId,
                                filter.UserId,
                                from = "0",
                                to = "1",
                                after = "1",
                                limit = 1,
                            }
                        )
                        .Select(row => (string)row.detail)
                ),
            TestContext.Current.CancellationToken
        );
        Assert.Contains($"SEARCH tracked USING INDEX {index}", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SqliteAnalyticsStore.HeldQuery, "facts USING INDEX facts_held (branch_id=? AND called_at>? AND called_at<?)")]
    [InlineData(SqliteAnalyticsStore.RunningQuery, "facts USING INDEX facts_running (branch_id=?)")]
    [InlineData(SqliteAnalyticsStore.SessionsQuery, "sessions USING COVERING INDEX sessions_time (branch_id=? AND until>?)")]
    [InlineData(
        SqliteAnalyticsStore.AppointmentsQuery,
        "appointments USING COVERING INDEX appointments_queue (branch_id=? AND queue_id=? AND start_at>? AND start_at<?)"
    )]
    public async Task What_figures_are_made_of_is_found_by_an_index(string query, string index)
    {
        var plan = await database!.ReadAsync(
            c =>
                c.Query(
                        "EXPLAIN QUERY PLAN " + query,
                        new
                        {
                            branchId = "main",
                            queueId = "queue",
                            earliest = 0,
                            from = 1,
                            to = 2,
                        }
                    )
                    .Select(row => (string)row.detail)
                    .ToList(),
            TestContext.Current.CancellationToken
        );
        Assert.Contains("SEARCH " + index, plan);
    }

    protected override async Task<object> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "analytics.db"));
        var store = new SqliteAnalyticsStore(database);
        await new SqliteSchema("analytics", database, SqliteAnalyticsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
