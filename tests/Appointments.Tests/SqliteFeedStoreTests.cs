using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Appointments.Tests;

public sealed class SqliteFeedStoreTests : FeedStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<IFeedStore> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "appointments.db"));
        await new SqliteSchema("appointments", database, SqliteAppointmentsSchema.Steps).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return new SqliteFeedStore(database);
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
