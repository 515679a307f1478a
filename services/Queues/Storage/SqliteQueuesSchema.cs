using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Queues.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteQueuesSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        // Files from before there were versions have these tables already, those of the very first releases perhaps not all.
        new(
            "Tables as of 0.1",
            """
            CREATE TABLE IF NOT EXISTS queues (id TEXT PRIMARY KEY, is_active INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS line_tickets (
                id TEXT PRIMARY KEY,
                queue_id TEXT NOT NULL,
                ticket_number TEXT NOT NULL,
                number INTEGER NOT NULL,
                status TEXT NOT NULL,
                priority INTEGER NOT NULL,
                ord INTEGER NULL,
                counter TEXT NULL,
                created_at INTEGER NOT NULL,
                queued_at INTEGER NOT NULL,
                called_at INTEGER NULL,
                closed_at INTEGER NULL,
                wait_ms INTEGER NULL,
                service_ms INTEGER NULL,
                version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS line_active ON line_tickets (queue_id) WHERE closed_at IS NULL;
            CREATE INDEX IF NOT EXISTS line_called ON line_tickets (queue_id, called_at, number, wait_ms) WHERE called_at IS NOT NULL;
            CREATE INDEX IF NOT EXISTS line_closed ON line_tickets (queue_id, closed_at, status, service_ms, counter) WHERE closed_at IS NOT NULL;
            CREATE INDEX IF NOT EXISTS line_old ON line_tickets (closed_at) WHERE closed_at IS NOT NULL;
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        new(
            "A queue's state holds its definition as it is told",
            """
            UPDATE queues SET state = json_remove(
                json_set(state, '$.definition', json_patch(state -> '$.settings', json_object(
                    'id', state ->> '$.id', 'createdAt', state ->> '$.createdAt', 'updatedAt', state ->> '$.updatedAt', 'version', state -> '$.version'))),
                '$.settings', '$.id', '$.createdAt', '$.updatedAt', '$.version');
            """
        ),
    ];
}
