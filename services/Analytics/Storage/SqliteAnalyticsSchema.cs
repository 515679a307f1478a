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
        // Facts of earlier versions have no branch in their state, which stands for the main one. What counters did is made of them again, hour
        // by hour; figures of queues stay as they were computed.
        new(
            "Branches, and what counters and their operators did",
            """
            ALTER TABLE queues ADD COLUMN branch_id TEXT NOT NULL DEFAULT 'main';
            ALTER TABLE facts ADD COLUMN branch_id TEXT NOT NULL DEFAULT 'main';
            ALTER TABLE facts ADD COLUMN served_by TEXT NULL;
            -- Milliseconds, both only where the ticket has a counter.
            ALTER TABLE facts ADD COLUMN called_at INTEGER NULL;
            ALTER TABLE facts ADD COLUMN closed_at INTEGER NULL;
            UPDATE facts SET
                called_at = CAST(round((julianday(state ->> '$.calledAt') - 2440587.5) * 86400000) AS INTEGER),
                closed_at = CAST(round((julianday(state ->> '$.closedAt') - 2440587.5) * 86400000) AS INTEGER)
                WHERE state ->> '$.counter' IS NOT NULL AND state ->> '$.calledAt' IS NOT NULL;
            DROP INDEX facts_queue;
            CREATE INDEX facts_queue ON facts (branch_id, queue_id, created_at);
            CREATE INDEX facts_held ON facts (branch_id, called_at, closed_at) WHERE closed_at IS NOT NULL AND called_at IS NOT NULL;
            CREATE INDEX facts_running ON facts (branch_id) WHERE closed_at IS NULL AND called_at IS NOT NULL;
            CREATE INDEX facts_served_by ON facts (served_by) WHERE served_by IS NOT NULL;
            ALTER TABLE rollups RENAME TO rollups_before;
            CREATE TABLE rollups (
                branch_id TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                hour INTEGER NOT NULL,
                data BLOB NULL,
                PRIMARY KEY (branch_id, queue_id, hour)) STRICT, WITHOUT ROWID;
            INSERT INTO rollups (branch_id, queue_id, hour, data) SELECT 'main', queue_id, hour, data FROM rollups_before;
            DROP TABLE rollups_before;
            CREATE INDEX rollups_stale ON rollups (hour) WHERE data IS NULL;
            INSERT INTO rollups (branch_id, queue_id, hour)
                WITH RECURSIVE held (hour, last) AS (
                    SELECT DISTINCT called_at / 3600000, min(closed_at, called_at + 86400000) / 3600000 FROM facts WHERE closed_at IS NOT NULL
                    UNION SELECT hour + 1, last FROM held WHERE hour < last)
                SELECT DISTINCT 'main', '', hour FROM held;
            -- What a counter was from an event on. It ends with the first of the later ones, whichever are known; the present one has no end.
            CREATE TABLE sessions (
                branch_id TEXT NOT NULL,
                counter_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                at INTEGER NOT NULL,
                until INTEGER NOT NULL,
                status TEXT NOT NULL,
                operator_id TEXT NULL,
                name TEXT NOT NULL,
                break_reason TEXT NULL,
                PRIMARY KEY (branch_id, counter_id, version)) STRICT, WITHOUT ROWID;
            -- Holds all that sums are made of.
            CREATE INDEX sessions_time ON sessions (branch_id, until, at, status, operator_id, name);
            CREATE INDEX sessions_operator ON sessions (operator_id) WHERE operator_id IS NOT NULL;
            """
        ),
        SqliteAnswers.Step,
        // They are made again of the facts, a few at a time; until then the facts are read.
        new("Waits by quarter of an hour", "UPDATE rollups SET data = NULL WHERE queue_id <> '';"),
        new(
            "Appointments",
            """
            CREATE TABLE appointments (
                appointment_id TEXT PRIMARY KEY,
                version INTEGER NOT NULL,
                branch_id TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                start_at INTEGER NOT NULL,
                outcome TEXT NOT NULL) STRICT, WITHOUT ROWID;
            -- Holds all that counts are made of.
            CREATE INDEX appointments_queue ON appointments (branch_id, queue_id, start_at, outcome);
            CREATE INDEX appointments_age ON appointments (start_at);
            """
        ),
    ];
}
