using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Notifications.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteNotificationsSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        // Files from before there were versions have these tables already, those of the very first releases perhaps not all.
        new(
            "Tables as of 0.1",
            """
            CREATE TABLE IF NOT EXISTS notifications (
                id TEXT PRIMARY KEY,
                event_id TEXT NOT NULL,
                type TEXT NOT NULL,
                user_id TEXT NULL,
                status TEXT NOT NULL,
                state TEXT NOT NULL,
                UNIQUE (event_id, type)) STRICT;
            CREATE INDEX IF NOT EXISTS notifications_user ON notifications (user_id, id);
            CREATE TABLE IF NOT EXISTS preferences (user_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS erased_users (user_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS pending (
                id TEXT PRIMARY KEY REFERENCES notifications (id) ON DELETE CASCADE,
                type TEXT NOT NULL,
                due_at INTEGER NOT NULL,
                since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS pending_due ON pending (type, due_at, id);
            CREATE TABLE IF NOT EXISTS contacts (user_id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS push_subscriptions (id TEXT PRIMARY KEY, user_id TEXT NULL, ticket_id TEXT NULL, created_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
            CREATE INDEX IF NOT EXISTS push_subscriptions_user ON push_subscriptions (user_id, created_at) WHERE user_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS push_subscriptions_ticket ON push_subscriptions (ticket_id, created_at) WHERE ticket_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS push_subscriptions_age ON push_subscriptions (created_at) WHERE ticket_id IS NOT NULL;
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        new(
            "What addresses got of late",
            """
            CREATE TABLE admitted (address TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (address, message)) STRICT, WITHOUT ROWID;
            CREATE INDEX admitted_at ON admitted (at);
            """
        ),
        // All tickets there were are of the main branch.
        new(
            "Branches of notifications",
            """
            ALTER TABLE notifications ADD COLUMN branch_id TEXT NULL;
            UPDATE notifications SET branch_id = 'main', state = json_set(state, '$.branchId', 'main') WHERE state ->> '$.ticketId' IS NOT NULL;
            CREATE INDEX notifications_branch ON notifications (branch_id, id) WHERE branch_id IS NOT NULL;
            """
        ),
        SqliteAnswers.Step,
        new(
            "Contact data that ends",
            """
            ALTER TABLE notifications ADD COLUMN contact_left INTEGER NULL;
            UPDATE notifications SET contact_left = unixepoch(state ->> '$.createdAt') * 1000 WHERE user_id IS NULL AND status <> 'pending';
            CREATE INDEX notifications_contact ON notifications (contact_left) WHERE contact_left IS NOT NULL;
            """
        ),
        new("Texts of one's own", "CREATE TABLE texts (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;"),
        new(
            "Guests are in no index of accounts",
            """
            DROP INDEX IF EXISTS notifications_user;
            CREATE INDEX notifications_user ON notifications (user_id, id) WHERE user_id IS NOT NULL;
            """
        ),
        new(
            "Appointments and when to remind of them",
            """
            CREATE TABLE appointments (
                id TEXT PRIMARY KEY,
                version INTEGER NOT NULL,
                user_id TEXT NULL,
                end_at INTEGER NOT NULL,
                remind_at INTEGER NULL,
                state TEXT NOT NULL) STRICT;
            CREATE INDEX appointments_user ON appointments (user_id) WHERE user_id IS NOT NULL;
            CREATE INDEX appointments_end ON appointments (end_at);
            CREATE INDEX appointments_remind ON appointments (remind_at, id) WHERE remind_at IS NOT NULL;
            """
        ),
    ];
}
