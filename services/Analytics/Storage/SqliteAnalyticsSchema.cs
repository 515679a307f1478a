using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Analytics.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteAnalyticsSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        // Files from before there were versions have these tables already, those of the very first releases perhaps not all.
        new(
            "Tables as of 0.1",
            """
            CREATE TABLE IF NOT EXISTS facts (
                ticket_id TEXT PRIMARY KEY,
                queue_id TEXT NOT NULL,
                user_id TEXT NULL,
                created_at INTEGER NOT NULL,
                state TEXT NOT NULL) STRICT;
            CREATE INDEX IF NOT EXISTS facts_queue ON facts (queue_id, created_at);
            CREATE INDEX IF NOT EXISTS facts_user ON facts (user_id, created_at, ticket_id) WHERE user_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS facts_age ON facts (created_at);
            -- Without data: the hour has facts that no rollup holds yet.
            CREATE TABLE IF NOT EXISTS rollups (queue_id TEXT NOT NULL, hour INTEGER NOT NULL, data BLOB NULL, PRIMARY KEY (queue_id, hour)) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS rollups_stale ON rollups (hour) WHERE data IS NULL;
            CREATE TABLE IF NOT EXISTS queues (queue_id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS tracked (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, state TEXT NOT NULL) STRICT;
            CREATE INDEX IF NOT EXISTS tracked_user ON tracked (user_id);
            CREATE TABLE IF NOT EXISTS erased_users (user_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
            -- Facts from before there were rollups: without a mark, figures would leave them out.
            INSERT INTO rollups (queue_id, hour)
            SELECT DISTINCT queue_id, created_at / 3600000 FROM facts WHERE NOT EXISTS (SELECT 1 FROM rollups);
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        new(
            "Tracked events are listed",
            """
            DROP INDEX tracked_user;
            CREATE INDEX tracked_by_user ON tracked (user_id, id);
            CREATE INDEX tracked_by_queue ON tracked (json_extract(state, '$.queueId'), id);
            CREATE INDEX tracked_by_type ON tracked (json_extract(state, '$.eventType'), id);
            """
        ),
    ];
}
