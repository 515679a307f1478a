using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class SqliteBookingStoreTests : BookingStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase database = null!;

    private protected override IBookingStore Store => new SqliteBookingStore(database);

    public override async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "tickets.db"));
        await new SqliteSchema("tickets", database, SqliteTicketsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
