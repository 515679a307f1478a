using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Storage;

/// <summary>Accounts, sessions and invitations in one SQLite file.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    // Bound, and to no branch but those given.
    private const string Within =
        "(state ->> '$.branchIds' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(state, '$.branchIds') WHERE value NOT IN @branchIds))";

    private const int SqliteConstraint = 19;

    public Task AddAsync(AccountChange registered, Session? session, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                Insert(c, registered, answer);
                if (session is not null)
                    Add(c, session);
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(AccountChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (!Update(c, change, expectedVersion))
                    return false;
                SqliteAnswers.Add(c, answer);
                // The change is in already, so one must still be there; if none is, all of it is undone.
                if (change.LosesAdmin && CountAdmins(c) == 0)
                    throw AccountRefusals.LastAdmin();
                if (change.Next.ErasedAt is not null)
                    c.Execute(
                        "DELETE FROM answers WHERE key_hash = (SELECT answer_key FROM accounts WHERE id = @Id)",
                        new { change.Next.Id }
                    );
                if (change.EndsSessions)
                    c.Execute("DELETE FROM sessions WHERE user_id = @Id", new { change.Next.Id });
                // What was said of the account before, published or not, is personal too; the erasure outdates it.
                if (change.Next.ErasedAt is not null)
                    SqliteOutbox.Rewrite(c, "DELETE FROM outbox WHERE aggregate_id = @Id", new { change.Next.Id });
                SqliteOutbox.Append(c, change.Events);
                return true;
            },
            cancellationToken
        );

    public Task<Account?> FindAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "id = @userId", new { userId }), cancellationToken);

    public Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Account>>(
            c =>
                [
                    .. c.Query<string>("SELECT state FROM accounts WHERE erased = 0 AND id IN @userIds ORDER BY id", new { userIds })
                        .Select(Read),
                ],
            cancellationToken
        );

    public Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "email = @email", new { email }), cancellationToken);

    public Task<IReadOnlyList<Account>> ListAsync(
        string? role,
        string? text,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Account>>(
            c =>
                [
                    .. c.Query<string>(
                            $"""
                            SELECT state FROM accounts
                            WHERE erased = 0 AND (@role IS NULL OR role = @role) AND (@text IS NULL OR instr(search, @text) > 0) AND (@After IS NULL OR id > @After)
                                {(branchIds is null ? "" : $"AND (role = 'user' OR {Within})")}
                            ORDER BY id LIMIT @limit
                            """,
                            new
                            {
                                role,
                                text = text?.ToLowerInvariant(),
                                branchIds,
                                page.After,
                                limit = page.Limit + 1,
                            }
                        )
                        .Select(Read),
                ],
            cancellationToken
        );

    // Times in UTC as text are in the order of time, to the second at least.
    public Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Account>>(
            c =>
                [
                    .. c.Query<string>(
                            "SELECT state FROM accounts WHERE json_extract(state, '$.sessionsEndedAt') >= @from ORDER BY id",
                            new { from = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) }
                        )
                        .Select(Read),
                ],
            cancellationToken
        );

    public Task<int> CountAdminsAsync(CancellationToken cancellationToken) => database.ReadAsync(CountAdmins, cancellationToken);

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    public Task KeepAnswerAsync(StoredResponse answer, CancellationToken cancellationToken) =>
        database.WriteAsync(c => SqliteAnswers.Add(c, answer), cancellationToken);

    public Task AddSessionAsync(Session session, CancellationToken cancellationToken) =>
        database.WriteAsync(c => Add(c, session), cancellationToken);

    public Task<RotationOutcome> RotateAsync(TokenRotation use, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var parameters = new
                {
                    use.TokenHash,
                    use.NextHash,
                    use.Salt,
                    now = Ms(use.Now),
                    ends = Ms(use.ExpiresAt),
                    began = Ms(use.BeganAfter),
                    since = Ms(use.RepeatableSince),
                    until = Ms(use.RefusedUntil),
                };
                c.Execute("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < @now LIMIT 4)", parameters);
                if (
                    One(
                        """
                        UPDATE sessions SET token_hash = @NextHash, expires_at = @ends, used_at = @now
                        WHERE token_hash = @TokenHash AND expires_at > @now AND created_at > @began RETURNING id, user_id, epoch
                        """
                    ) is
                    { } good
                )
                {
                    c.Execute(
                        "INSERT INTO used_tokens (token_hash, session_id, used_at, salt) VALUES (@TokenHash, @Id, @now, @Salt)",
                        new
                        {
                            use.TokenHash,
                            good.Id,
                            parameters.now,
                            use.Salt,
                        }
                    );
                    return new RotationOutcome(good.Id, good.UserId, good.Epoch, use.Salt, Reused: false);
                }

                if (
                    One(
                        """
                        SELECT s.id, s.user_id, s.epoch FROM sessions s JOIN used_tokens u ON u.session_id = s.id
                        WHERE u.token_hash = @TokenHash AND u.used_at >= @since AND u.salt IS NOT NULL AND s.expires_at > @now AND s.created_at > @began
                        """
                    ) is
                    { } again
                )
                    return new RotationOutcome(
                        again.Id,
                        again.UserId,
                        again.Epoch,
                        c.ExecuteScalar<byte[]>("SELECT salt FROM used_tokens WHERE token_hash = @TokenHash", parameters),
                        Reused: false
                    );

                var dead = One(
                    "SELECT s.id, s.user_id, s.epoch FROM sessions s JOIN used_tokens u ON u.session_id = s.id WHERE u.token_hash = @TokenHash"
                );
                if (dead is not { } revoked)
                    return RotationOutcome.Unknown;
                End(c, revoked.Id, use.RefusedUntil);
                return new RotationOutcome(revoked.Id, revoked.UserId, revoked.Epoch, null, Reused: true);

                (string Id, string UserId, int Epoch)? One(string sql) => c.QuerySingleOrDefault<(string, string, int)?>(sql, parameters);
            },
            cancellationToken
        );

    public Task<string?> EndSessionAsync(string tokenHash, DateTimeOffset refusedUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var id = c.QuerySingleOrDefault<string>(
                    "SELECT id FROM sessions WHERE token_hash = @tokenHash OR id = (SELECT session_id FROM used_tokens WHERE token_hash = @tokenHash)",
                    new { tokenHash }
                );
                if (id is not null)
                    End(c, id, refusedUntil);
                return id;
            },
            cancellationToken
        );

    public Task<bool> EndSessionAsync(string userId, string sessionId, DateTimeOffset refusedUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (
                    c.ExecuteScalar<long>(
                        "SELECT count(*) FROM sessions WHERE id = @sessionId AND user_id = @userId AND refused_until IS NULL",
                        new { sessionId, userId }
                    ) == 0
                )
                    return false;
                End(c, sessionId, refusedUntil);
                return true;
            },
            cancellationToken
        );

    public Task<Session?> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => Sessions(c, "id = @sessionId AND refused_until IS NULL", new { sessionId }).SingleOrDefault(),
            cancellationToken
        );

    public Task<IReadOnlyList<Session>> ListSessionsAsync(
        string userId,
        int epoch,
        DateTimeOffset now,
        DateTimeOffset beganAfter,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Session>>(
            c =>
                [
                    .. Sessions(
                        c,
                        """
                        user_id = @userId AND epoch = @epoch AND refused_until IS NULL AND expires_at > @now AND created_at > @began AND (@After IS NULL OR id > @After)
                        ORDER BY id LIMIT @limit
                        """,
                        new
                        {
                            userId,
                            epoch,
                            now = Ms(now),
                            began = Ms(beganAfter),
                            page.After,
                            limit = page.Limit + 1,
                        }
                    ),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<(string SessionId, DateTimeOffset RefusedUntil)>> EndedSessionsAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<(string, DateTimeOffset)>>(
            c =>
                [
                    .. c.Query<(string Id, long Until)>(
                            "SELECT id, refused_until FROM sessions WHERE refused_until > @now",
                            new { now = Ms(now) }
                        )
                        .Select(r => (r.Id, Time(r.Until))),
                ],
            cancellationToken
        );

    public Task InviteAsync(Invitation invitation, AccountLinkIssued issued, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer);
                c.Execute(
                    "DELETE FROM invitations WHERE email = @Email OR expires_at < @now",
                    new { invitation.Email, now = Ms(invitation.CreatedAt) }
                );
                c.Execute(
                    "INSERT INTO invitations (id, email, expires_at, state) VALUES (@Id, @Email, @ends, @state)",
                    new
                    {
                        invitation.Id,
                        invitation.Email,
                        ends = Ms(invitation.ExpiresAt),
                        state = JsonSerializer.Serialize(invitation, JsonSerializerOptions.Web),
                    }
                );
                SqliteOutbox.Append(c, issued);
            },
            cancellationToken
        );

    public Task<Invitation?> FindInvitationAsync(string invitationId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.Query<string>("SELECT state FROM invitations WHERE id = @invitationId", new { invitationId })
                    .Select(ReadInvitation)
                    .SingleOrDefault(),
            cancellationToken
        );

    public Task<IReadOnlyList<Invitation>> ListInvitationsAsync(
        DateTimeOffset now,
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Invitation>>(
            c =>
                [
                    .. c.Query<string>(
                            $"SELECT state FROM invitations WHERE expires_at > @now AND (@After IS NULL OR id > @After) {(branchIds is null ? "" : $"AND (state ->> '$.role' = 'user' OR {Within})")} ORDER BY id LIMIT @limit",
                            new
                            {
                                now = Ms(now),
                                branchIds,
                                page.After,
                                limit = page.Limit + 1,
                            }
                        )
                        .Select(ReadInvitation),
                ],
            cancellationToken
        );

    public Task<bool> RemoveInvitationAsync(string invitationId, CancellationToken cancellationToken) =>
        database.WriteAsync(c => Remove(c, invitationId), cancellationToken);

    public Task<bool> AcceptAsync(
        string invitationId,
        AccountChange change,
        long? expectedVersion,
        Session session,
        StoredResponse? answer,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            c =>
            {
                if (c.ExecuteScalar<long>("SELECT count(*) FROM invitations WHERE id = @invitationId", new { invitationId }) == 0)
                    return false;
                if (expectedVersion is null)
                    Insert(c, change, answer);
                else if (!Update(c, change, expectedVersion.Value))
                    return false;
                else
                {
                    // One answer an account, so that erasing it finds its answer.
                    c.Execute(
                        "DELETE FROM answers WHERE key_hash = (SELECT answer_key FROM accounts WHERE id = @Id)",
                        new { change.Next.Id }
                    );
                    SqliteAnswers.Add(c, answer);
                    c.Execute("UPDATE accounts SET answer_key = @key WHERE id = @Id", new { change.Next.Id, key = answer?.KeyHash });
                    c.Execute("DELETE FROM sessions WHERE user_id = @Id", new { change.Next.Id });
                    SqliteOutbox.Append(c, change.Events);
                }

                Remove(c, invitationId);
                Add(c, session);
                return true;
            },
            cancellationToken
        );

    public Task<SigningKeySet?> FindSigningKeysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.QuerySingleOrDefault<SigningKeySet>("SELECT pem, version FROM signing_keys"), cancellationToken);

    public Task<bool> SaveSigningKeysAsync(string pem, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    expectedVersion == 0
                        ? "INSERT INTO signing_keys (id, pem, version) VALUES (1, @pem, 1) ON CONFLICT DO NOTHING"
                        : "UPDATE signing_keys SET pem = @pem, version = version + 1 WHERE version = @expectedVersion",
                    new { pem, expectedVersion }
                ) > 0,
            cancellationToken
        );

    private static void Insert(SqliteConnection c, AccountChange made, StoredResponse? answer)
    {
        SqliteAnswers.Add(c, answer);
        Write(
            c,
            "INSERT INTO accounts (id, email, search, role, erased, version, answer_key, state) VALUES (@Id, @Email, @search, @Role, @erased, @Version, @answerKey, @state)",
            made.Next,
            answerKey: answer?.KeyHash
        );
        SqliteOutbox.Append(c, made.Events);
    }

    private static bool Update(SqliteConnection c, AccountChange change, long expectedVersion) =>
        Write(
            c,
            "UPDATE accounts SET email = @Email, search = @search, role = @Role, erased = @erased, version = @Version, state = @state WHERE id = @Id AND version = @expectedVersion",
            change.Next,
            expectedVersion
        ) > 0;

    private static bool Remove(SqliteConnection c, string invitationId) =>
        c.Execute("DELETE FROM invitations WHERE id = @invitationId", new { invitationId }) > 0;

    // Kept without its tokens for as long as its access tokens could be used.
    private static void End(SqliteConnection c, string sessionId, DateTimeOffset refusedUntil)
    {
        c.Execute("DELETE FROM used_tokens WHERE session_id = @sessionId", new { sessionId });
        c.Execute(
            "UPDATE sessions SET token_hash = 'ended ' || id, refused_until = @until, expires_at = @until WHERE id = @sessionId",
            new { sessionId, until = Ms(refusedUntil) }
        );
    }

    private static IEnumerable<Session> Sessions(SqliteConnection c, string where, object parameters) =>
        c.Query<SessionRow>(
                $"SELECT id, user_id AS UserId, epoch, token_hash AS TokenHash, expires_at AS ExpiresAt, created_at AS CreatedAt, used_at AS UsedAt, browser, system FROM sessions WHERE {where}",
                parameters
            )
            .Select(r => r.Session());

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static int CountAdmins(SqliteConnection c) =>
        c.ExecuteScalar<int>(
            "SELECT count(*) FROM accounts WHERE role = @Admin AND json_extract(state, '$.disabledAt') IS NULL",
            new { Roles.Admin }
        );

    private static void Add(SqliteConnection c, Session session) =>
        c.Execute(
            """
            INSERT INTO sessions (id, user_id, epoch, token_hash, expires_at, created_at, used_at, browser, system)
            VALUES (@Id, @UserId, @Epoch, @TokenHash, @ends, @began, @used, @Browser, @System)
            """,
            new
            {
                session.Id,
                session.UserId,
                session.Epoch,
                session.TokenHash,
                ends = Ms(session.ExpiresAt),
                began = Ms(session.CreatedAt),
                used = Ms(session.UsedAt),
                session.Browser,
                session.System,
            }
        );

    private static int Write(SqliteConnection c, string sql, Account account, long? expectedVersion = null, string? answerKey = null)
    {
        try
        {
            return c.Execute(
                sql,
                new
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
                }
            );
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode == SqliteConstraint && e.Message.Contains("accounts.email", StringComparison.Ordinal))
        {
            throw AccountRefusals.EmailTaken();
        }
    }

    private static Account? One(SqliteConnection c, string where, object parameters) =>
        c.QuerySingleOrDefault<string>("SELECT state FROM accounts WHERE " + where, parameters) is { } state ? Read(state) : null;

    private static Account Read(string state) => JsonSerializer.Deserialize<Account>(state, JsonSerializerOptions.Web)!;

    private static Invitation ReadInvitation(string state) => JsonSerializer.Deserialize<Invitation>(state, JsonSerializerOptions.Web)!;

    private sealed class SessionRow
    {
        public required string Id { get; init; }

        public required string UserId { get; init; }

        public required int Epoch { get; init; }

        public required string TokenHash { get; init; }

        public required long ExpiresAt { get; init; }

        public required long CreatedAt { get; init; }

        public required long UsedAt { get; init; }

        public string? Browser { get; init; }

        public string? System { get; init; }

        public Session Session() =>
            new(Id, UserId, Epoch, TokenHash, Time(ExpiresAt))
            {
                CreatedAt = Time(CreatedAt),
                UsedAt = Time(UsedAt),
                Browser = Browser,
                System = System,
            };
    }
}
