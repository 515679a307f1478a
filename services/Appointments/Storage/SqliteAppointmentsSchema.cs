using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Appointments.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteAppointmentsSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        new(
            "Appointments",
            """
            CREATE TABLE queues (queue_id TEXT PRIMARY KEY, version INTEGER NOT NULL, definition TEXT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE appointments (
                id TEXT PRIMARY KEY,
                branch_id TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                start_at INTEGER NOT NULL,
                end_at INTEGER NOT NULL,
                place INTEGER NULL,
                status TEXT NOT NULL,
                user_id TEXT NULL,
                network TEXT NULL,
                code_hash TEXT NULL,
                contact_left INTEGER NULL,
                version INTEGER NOT NULL,
                state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX appointment_place ON appointments (branch_id, queue_id, start_at, place) WHERE place IS NOT NULL;
            CREATE INDEX appointment_taken ON appointments (queue_id, start_at, end_at, place) WHERE place IS NOT NULL;
            CREATE UNIQUE INDEX appointment_code ON appointments (branch_id, code_hash) WHERE code_hash IS NOT NULL;
            CREATE INDEX appointment_code_anywhere ON appointments (code_hash) WHERE code_hash IS NOT NULL;
            CREATE INDEX appointment_branch ON appointments (branch_id, start_at, id);
            CREATE INDEX appointment_queue ON appointments (queue_id, start_at, id);
            CREATE INDEX appointment_user ON appointments (user_id) WHERE user_id IS NOT NULL;
            CREATE INDEX appointment_network ON appointments (queue_id, network, start_at) WHERE network IS NOT NULL;
            CREATE INDEX appointment_contact ON appointments (contact_left) WHERE contact_left IS NOT NULL;
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        SqliteAnswers.Step,
        new("Appointments that have begun", "CREATE INDEX appointment_begun ON appointments (start_at, id) WHERE status = 'booked';"),
        new(
            "Calendar feeds",
            """
            CREATE TABLE feeds (
                id TEXT PRIMARY KEY,
                branch_id TEXT NOT NULL,
                secret_hash TEXT NOT NULL,
                created_by TEXT NOT NULL,
                state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX feed_secret ON feeds (secret_hash);
            CREATE INDEX feed_branch ON feeds (branch_id, id);
            CREATE INDEX feed_maker ON feeds (created_by);
            """
        ),
        new(
            "Places that are held",
            """
            ALTER TABLE appointments ADD COLUMN held_until INTEGER NULL;
            CREATE INDEX appointment_held ON appointments (status, held_until, id) WHERE held_until IS NOT NULL;
            """
        ),
    ];
}
