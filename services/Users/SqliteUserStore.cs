using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Users;

/// <summary>Accounts and sessions in one SQLite file.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    private const int SqliteConstraint = 19;

    public Task AddAsync(AccountChange registered, Session? session, StoredAnswer? answer, CancellationToken cancellationToken) => database.WriteAsync(
        c =>
        {
            SqliteAnswers.Add(c, answer);
            Write(c, "INSERT INTO accounts (id, email, search, role, erased, version, answer_key, state) VALUES (@Id, @Email, @search, @Role, @erased, @Version, @answerKey, @state)", registered.Next, answerKey: answer?.KeyHash);
            if (session is not null) Add(c, session);
            SqliteOutbox.Append(c, registered.Event);
        },
        cancellationToken);

    public Task<bool> SaveAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken) => database.WriteAsync(
        c =>
        {
            if (Write(c, """
                UPDATE accounts SET email = @Email, search = @search, role = @Role, erased = @erased, version = @Version, state = @state
                WHERE id = @Id AND version = @expectedVersion
                """, change.Next, expectedVersion) == 0) return false;
            // The change is in already, so one must still be there; if none is, all of it is undone.
            if (change.LosesAdmin && CountAdmins(c) == 0) throw AccountRefusals.LastAdmin();
            if (change.Next.ErasedAt is not null)
                c.Execute("DELETE FROM answers WHERE key_hash = (SELECT answer_key FROM accounts WHERE id = @Id)", new { change.Next.Id });
            if (change.EndsSessions) c.Execute("DELETE FROM sessions WHERE user_id = @Id", new { change.Next.Id });
            // What was said of the account before, published or not, is personal too; the erasure outdates it.
            if (change.Next.ErasedAt is not null) c.Execute("DELETE FROM outbox WHERE aggregate_id = @Id", new { change.Next.Id });
            SqliteOutbox.Append(c, change.Event);
            return true;
        },
        cancellationToken);

    public Task<Account?> FindAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "id = @userId", new { userId }), cancellationToken);

    public Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Account>>(
        c => [.. c.Query<string>("SELECT state FROM accounts WHERE erased = 0 AND id IN @userIds ORDER BY id", new { userIds }).Select(Read)],
        cancellationToken);

    public Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "email = @email", new { email }), cancellationToken);

    public Task<IReadOnlyList<Account>> ListAsync(string? role, string? text, PageRequest page, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Account>>(
        c => [.. c.Query<string>("""
            SELECT state FROM accounts
            WHERE erased = 0 AND (@role IS NULL OR role = @role) AND (@text IS NULL OR instr(search, @text) > 0) AND (@After IS NULL OR id > @After)
            ORDER BY id LIMIT @limit
            """, new { role, text = text?.ToLowerInvariant(), page.After, limit = page.Limit + 1 }).Select(Read)],
        cancellationToken);

    // Times in UTC as text are in the order of time, to the second at least.
    public Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Account>>(
        c => [.. c.Query<string>(
            "SELECT state FROM accounts WHERE json_extract(state, '$.sessionsEndedAt') >= @from ORDER BY id",
            new { from = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) }).Select(Read)],
        cancellationToken);

    public Task<int> CountAdminsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(CountAdmins, cancellationToken);

    public Task<StoredAnswer?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    public Task AddSessionAsync(Session session, CancellationToken cancellationToken) => database.WriteAsync(c => Add(c, session), cancellationToken);

    public Task<RotationOutcome> RotateAsync(string tokenHash, string nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < @now LIMIT 4)", new { now = now.ToUnixTimeMilliseconds() });
                var session = c.QuerySingleOrDefault<(string Id, string UserId, int Epoch)?>("""
                    UPDATE sessions SET token_hash = @nextHash, expires_at = @ends WHERE token_hash = @tokenHash AND expires_at > @now RETURNING id, user_id, epoch
                    """, new { tokenHash, nextHash, now = now.ToUnixTimeMilliseconds(), ends = expiresAt.ToUnixTimeMilliseconds() });
                if (session is { } good)
                {
                    c.Execute("INSERT INTO used_tokens (token_hash, session_id) VALUES (@tokenHash, @Id)", new { tokenHash, good.Id });
                    return new RotationOutcome(good.UserId, good.Epoch, Reused: false);
                }

                var revoked = c.QuerySingleOrDefault<(string UserId, int Epoch)?>(
                    "DELETE FROM sessions WHERE id = (SELECT session_id FROM used_tokens WHERE token_hash = @tokenHash) RETURNING user_id, epoch", new { tokenHash });
                return revoked is { } dead ? new RotationOutcome(dead.UserId, dead.Epoch, Reused: true) : RotationOutcome.Unknown;
            },
            cancellationToken);

    public Task EndSessionAsync(string tokenHash, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute("DELETE FROM sessions WHERE token_hash = @tokenHash OR id = (SELECT session_id FROM used_tokens WHERE token_hash = @tokenHash)", new { tokenHash }),
            cancellationToken);

    private static int CountAdmins(SqliteConnection c) => c.ExecuteScalar<int>("SELECT count(*) FROM accounts WHERE role = @Admin", new { Roles.Admin });

    private static void Add(SqliteConnection c, Session session) => c.Execute(
        "INSERT INTO sessions (id, user_id, epoch, token_hash, expires_at) VALUES (@Id, @UserId, @Epoch, @TokenHash, @ends)",
        new { session.Id, session.UserId, session.Epoch, session.TokenHash, ends = session.ExpiresAt.ToUnixTimeMilliseconds() });

    private static int Write(SqliteConnection c, string sql, Account account, long? expectedVersion = null, string? answerKey = null)
    {
        try
        {
            return c.Execute(sql, new
            {
                account.Id,
                account.Email,
                search = (account.Name + "\n" + account.Email).ToLowerInvariant(),
                account.Role,
                erased = account.ErasedAt is null ? 0 : 1,
                account.Version,
                expectedVersion,
                answerKey,
                state = JsonSerializer.Serialize(account, JsonSerializerOptions.Web),
            });
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteConstraint && e.Message.Contains("accounts.email", StringComparison.Ordinal))
        {
            throw AccountRefusals.EmailTaken();
        }
    }

    private static Account? One(SqliteConnection c, string where, object parameters) =>
        c.QuerySingleOrDefault<string>("SELECT state FROM accounts WHERE " + where, parameters) is { } state ? Read(state) : null;

    private static Account Read(string state) => JsonSerializer.Deserialize<Account>(state, JsonSerializerOptions.Web)!;
}
