using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Users.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteUsersSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        // Files from before there were versions have these tables already, those of the very first releases perhaps not all.
        new(
            "Tables as of 0.1",
            """
            CREATE TABLE IF NOT EXISTS accounts (
                id TEXT PRIMARY KEY,
                email TEXT NOT NULL UNIQUE,
                search TEXT NOT NULL,
                role TEXT NOT NULL,
                erased INTEGER NOT NULL,
                version INTEGER NOT NULL,
                answer_key TEXT NULL,
                state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS account_role ON accounts (role, id);
            CREATE INDEX IF NOT EXISTS account_ended ON accounts (json_extract(state, '$.sessionsEndedAt')) WHERE json_extract(state, '$.sessionsEndedAt') IS NOT NULL;
            CREATE TABLE IF NOT EXISTS sessions (
                id TEXT PRIMARY KEY,
                user_id TEXT NOT NULL,
                epoch INTEGER NOT NULL,
                token_hash TEXT NOT NULL UNIQUE,
                expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS session_user ON sessions (user_id);
            CREATE INDEX IF NOT EXISTS session_end ON sessions (expires_at);
            CREATE TABLE IF NOT EXISTS used_tokens (
                token_hash TEXT PRIMARY KEY,
                session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS used_session ON used_tokens (session_id);
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        // When earlier sessions began is not known: they are given their time from now.
        new(
            "Sessions with a beginning, repeatable refreshes, invitations",
            """
            ALTER TABLE sessions ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE sessions ADD COLUMN browser TEXT NULL;
            ALTER TABLE sessions ADD COLUMN system TEXT NULL;
            ALTER TABLE sessions ADD COLUMN refused_until INTEGER NULL;
            UPDATE sessions SET created_at = unixepoch() * 1000, used_at = unixepoch() * 1000;
            CREATE INDEX session_refused ON sessions (refused_until) WHERE refused_until IS NOT NULL;
            ALTER TABLE used_tokens ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE used_tokens ADD COLUMN salt BLOB NULL;
            CREATE TABLE invitations (
                id TEXT PRIMARY KEY,
                email TEXT NOT NULL UNIQUE,
                expires_at INTEGER NOT NULL,
                state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX invitation_end ON invitations (expires_at);
            """
        ),
        new(
            "Signing keys in the store",
            "CREATE TABLE signing_keys (id INTEGER PRIMARY KEY CHECK (id = 1), pem TEXT NOT NULL, version INTEGER NOT NULL) STRICT;"
        ),
    ];
}
