using Dapper;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteLineStoreTests : LineStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<ILineStore> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        var store = new SqliteLineStore(database);
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(TestContext.Current.CancellationToken);
        return store;
    }

    [Fact]
    public async Task The_order_of_a_line_from_before_there_was_one_rank_stays()
    {
        var token = TestContext.Current.CancellationToken;
        database = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("queues", database, [.. SqliteQueuesSchema.Steps("UTC").Take(3)]).UpgradeAsync(token);
        var old = new SqliteLineStore(database);
        // The second let the third go first, and the urgent one came last.
        foreach (var (id, order, priority) in ((string, long, int)[])[("a", 10, 0), ("b", 35, 0), ("c", 30, 0), ("urgent", 50, 5)])
            await old.SaveAsync(Sample.Ticket(id) with { Order = order, Priority = priority }, token);

        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(token);

        var line = await database.ReadAsync(c => c.Query<string>("SELECT id FROM line_tickets ORDER BY ord").ToList(), token);
        Assert.Equal(["urgent", "a", "c", "b"], line);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
