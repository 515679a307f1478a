using Dapper;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
using SmartQueue.Users.Storage;

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

    [Fact]
    public async Task A_session_of_the_version_before_goes_on_after_the_upgrade_and_its_used_tokens_still_end_it()
    {
        var token = TestContext.Current.CancellationToken;
        await using var old = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("users", old, [SqliteUsersSchema.Steps[0]]).UpgradeAsync(token);
        var now = DateTimeOffset.UtcNow;
        await old.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO sessions (id, user_id, epoch, token_hash, expires_at) VALUES ('s', 'u', 2, 'good', @ends);
                    INSERT INTO used_tokens (token_hash, session_id) VALUES ('dead', 's');
                    """,
                    new { ends = now.AddDays(7).ToUnixTimeMilliseconds() }
                ),
            token
        );
        await new SqliteSchema("users", old, SqliteUsersSchema.Steps).UpgradeAsync(token);
        var upgraded = new SqliteUserStore(old);
        Assert.InRange((await upgraded.FindSessionAsync("s", token))!.CreatedAt, now.AddMinutes(-1), now.AddMinutes(5));
        var first = await upgraded.RotateAsync(Some.Rotation("good", "next", now, now.AddDays(7)), token);
        Assert.Equal(("u", 2, false), (first.UserId, first.Epoch, first.Reused));
        Assert.Equal(first.Salt, (await upgraded.RotateAsync(Some.Rotation("good", "other", now.AddSeconds(5)), token)).Salt);
        Assert.True((await upgraded.RotateAsync(Some.Rotation("dead", "x", now.AddSeconds(5)), token)).Reused);
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
