using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Users.Tests;

public sealed class SqliteUserStoreTests : UserStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase database = null!;
    private SqliteUserStore store = null!;
    private SqliteOutbox outbox = null!;

    private protected override IUserStore Store => store;

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "users.db"));
        store = new SqliteUserStore(database);
        outbox = new SqliteOutbox("users", database, TimeProvider.System);
        await new SqliteSchema("users", database, SqliteUsersSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
