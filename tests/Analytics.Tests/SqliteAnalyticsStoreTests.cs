using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class SqliteAnalyticsStoreTests : AnalyticsStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    public override async ValueTask DisposeAsync()
    {
        if (database is not null) await database.DisposeAsync();
        folder.Dispose();
    }

    protected override async Task<object> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "analytics.db"));
        var store = new SqliteAnalyticsStore(database);
        await new SqliteSchema("analytics", database, SqliteAnalyticsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
