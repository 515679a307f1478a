using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteQueuesSchema
{
    /// <summary>The steps.</summary>
    /// <param name="defaultTimeZone">That of the first branch, where no queues say another.</param>
    public static IReadOnlyList<SqliteStep> Steps(string defaultTimeZone) =>
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
            new("Branches, the first of which all queues are in", c => Branch(c, defaultTimeZone)),
            // As the ticket service reckons it from now on: the moment of arrival, none before that of somebody who stood before, less what
            // priority was worth, strictly first; of those who stand there now.
            new(
                "One order of a line",
                """
                UPDATE line_tickets SET ord = ranked.ord FROM (
                    SELECT id, (max(created_at) OVER before - priority * 86400000000) * 1048576 + row_number() OVER before AS ord
                    FROM line_tickets WHERE closed_at IS NULL AND ord IS NOT NULL
                    WINDOW before AS (PARTITION BY queue_id, priority ORDER BY ord, id)) AS ranked
                WHERE ranked.id = line_tickets.id;
                """
            ),
            new(
                "Counters as the ticket service tells of them",
                """
                CREATE TABLE counters (id TEXT PRIMARY KEY, branch_id TEXT NOT NULL, is_deleted INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
                CREATE INDEX counter_branch ON counters (branch_id, id) WHERE is_deleted = 0;
                """
            ),
            new(
                "Who waits, in calling order by an index",
                """
                DROP INDEX IF EXISTS line_active;
                CREATE INDEX line_waiting ON line_tickets (queue_id, coalesce(ord, 9223372036854775807), created_at, number, id, queued_at)
                    WHERE closed_at IS NULL AND status = 'Waiting';
                CREATE INDEX line_others ON line_tickets (queue_id) WHERE closed_at IS NULL AND status <> 'Waiting';
                """
            ),
        ];

    // A queue keeps the time zone it has, and hours and closures where it has any.
    private static void Branch(SqliteConnection c, string defaultTimeZone)
    {
        c.Execute(
            """
            CREATE TABLE branches (id TEXT PRIMARY KEY, slug TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX branch_slug ON branches (slug);
            ALTER TABLE queues ADD COLUMN branch_id TEXT NOT NULL DEFAULT 'main';
            ALTER TABLE queues ADD COLUMN prefix_key TEXT NULL;
            UPDATE queues SET state = json_set(state, '$.definition.branchId', 'main', '$.own', json_object(
                'timeZone', json('true'),
                'openingHours', json(iif(state ->> '$.definition.openingHours' IS NULL, 'false', 'true')),
                'closures', json(iif(state ->> '$.definition.closures' IS NULL, 'false', 'true'))));
            UPDATE queues SET prefix_key = state ->> '$.definition.prefix' WHERE id IN (SELECT min(id) FROM queues GROUP BY state ->> '$.definition.prefix');
            CREATE UNIQUE INDEX queue_prefix ON queues (branch_id, prefix_key) WHERE prefix_key IS NOT NULL;
            CREATE INDEX queue_branch ON queues (branch_id, id);
            """
        );
        var zones = c.Query<string>("SELECT DISTINCT state ->> '$.definition.timeZone' FROM queues LIMIT 2").ToList();
        SqliteBranchStore.Add(c, Domain.Branch.CreateMain(zones is [var zone] ? zone : defaultTimeZone, TimeProvider.System.Now()));
    }
}
