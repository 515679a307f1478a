using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class SqliteTicketStoreTests : TicketStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase database = null!;
    private SqliteTicketStore store = null!;
    private SqliteOutbox outbox = null!;

    private protected override ITicketStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "tickets.db"));
        store = new SqliteTicketStore(database);
        outbox = new SqliteOutbox("tickets", database, TimeProvider.System);
        await new SqliteSchema("tickets", database, SqliteTicketsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
