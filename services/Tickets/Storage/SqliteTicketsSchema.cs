using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Tickets.Storage;

/// <summary>The steps of the service's SQLite file. A step that has been released is never changed: the next one goes on from it.</summary>
internal static class SqliteTicketsSchema
{
    public static readonly IReadOnlyList<SqliteStep> Steps =
    [
        // Files from before there were versions have these tables already, those of the very first releases perhaps not all.
        new(
            "Tables as of 0.1",
            """
            CREATE TABLE IF NOT EXISTS policies (queue_id TEXT PRIMARY KEY, version INTEGER NOT NULL, definition TEXT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS lines (
                queue_id TEXT PRIMARY KEY,
                service_day TEXT NOT NULL,
                number INTEGER NOT NULL,
                arrivals INTEGER NOT NULL,
                open INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS tickets (
                id TEXT PRIMARY KEY,
                queue_id TEXT NOT NULL,
                service_day TEXT NOT NULL,
                number INTEGER NOT NULL,
                user_id TEXT NULL,
                status TEXT NOT NULL,
                open INTEGER NOT NULL,
                priority INTEGER NOT NULL,
                ord INTEGER NOT NULL,
                counter TEXT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                version INTEGER NOT NULL,
                state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX IF NOT EXISTS ticket_number ON tickets (queue_id, service_day, number);
            CREATE UNIQUE INDEX IF NOT EXISTS ticket_holder ON tickets (queue_id, user_id) WHERE open = 1 AND user_id IS NOT NULL;
            CREATE UNIQUE INDEX IF NOT EXISTS ticket_counter ON tickets (queue_id, counter) WHERE status IN ('called', 'serving');
            CREATE INDEX IF NOT EXISTS ticket_line ON tickets (queue_id, priority DESC, ord, id) WHERE status = 'waiting';
            CREATE INDEX IF NOT EXISTS ticket_open ON tickets (queue_id) WHERE open = 1;
            CREATE INDEX IF NOT EXISTS ticket_user ON tickets (user_id, id) WHERE user_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS ticket_queue ON tickets (queue_id, id);
            DROP INDEX IF EXISTS ticket_counter_active;
            DROP INDEX IF EXISTS ticket_served;
            CREATE TABLE IF NOT EXISTS waiting (queue_id TEXT NOT NULL, priority INTEGER NOT NULL, tickets INTEGER NOT NULL, PRIMARY KEY (queue_id, priority)) STRICT, WITHOUT ROWID;
            DELETE FROM waiting;
            INSERT INTO waiting (queue_id, priority, tickets) SELECT queue_id, priority, count(*) FROM tickets WHERE status = 'waiting' GROUP BY queue_id, priority;
            CREATE TRIGGER IF NOT EXISTS ticket_joins AFTER INSERT ON tickets WHEN NEW.status = 'waiting' BEGIN
                INSERT INTO waiting (queue_id, priority, tickets) VALUES (NEW.queue_id, NEW.priority, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
            END;
            CREATE TRIGGER IF NOT EXISTS ticket_leaves AFTER UPDATE ON tickets WHEN OLD.status = 'waiting' BEGIN
                UPDATE waiting SET tickets = tickets - 1 WHERE queue_id = OLD.queue_id AND priority = OLD.priority;
            END;
            CREATE TRIGGER IF NOT EXISTS ticket_rejoins AFTER UPDATE ON tickets WHEN NEW.status = 'waiting' BEGIN
                INSERT INTO waiting (queue_id, priority, tickets) VALUES (NEW.queue_id, NEW.priority, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
            END;
            """
                + SqliteOutbox.Schema
                + SqliteAnswers.Schema
        ),
        new(
            "Where guests come from, and one ticket a phone number",
            """
            ALTER TABLE tickets ADD COLUMN network TEXT NULL;
            ALTER TABLE tickets ADD COLUMN phone TEXT NULL;
            CREATE INDEX ticket_network ON tickets (queue_id, network) WHERE open = 1 AND network IS NOT NULL;
            CREATE UNIQUE INDEX ticket_phone ON tickets (queue_id, phone) WHERE open = 1 AND phone IS NOT NULL;
            """
        ),
        new(
            "Lines that are closed",
            """
            ALTER TABLE lines ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
            """
        ),
        // A counter for each name that stands in a queue or at an open ticket. Where one name held tickets in several queues, the one called
        // last is at the counter; the others can still be finished.
        new(
            "Counters that hold one ticket over all queues",
            """
            CREATE TABLE counters (id TEXT PRIMARY KEY, branch_id TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX counter_name ON counters (branch_id, name);
            CREATE TEMP TABLE named (queue_id TEXT NULL, name TEXT NOT NULL COLLATE NOCASE);
            INSERT INTO named (queue_id, name)
                SELECT policies.queue_id, counter.value ->> '$.name' FROM policies, json_each(policies.definition, '$.counters') AS counter WHERE policies.definition IS NOT NULL;
            INSERT INTO named (queue_id, name)
                SELECT CASE WHEN json_array_length(policies.definition, '$.counters') > 0 THEN tickets.queue_id END, counter
                FROM tickets LEFT JOIN policies ON policies.queue_id = tickets.queue_id WHERE counter IS NOT NULL AND status IN ('called', 'serving');
            INSERT INTO counters (id, branch_id, name, version, state)
                SELECT id, 'main', name, 1, json_object('id', id, 'branchId', 'main', 'name', name, 'queues', json(queues), 'rule', 'oldest', 'status', 'closed',
                    'breakReason', NULL, 'operatorId', NULL, 'since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'deletedAt', NULL, 'version', 1)
                FROM (
                    SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))) AS id,
                        min(name) AS name,
                        CASE WHEN count(queue_id) = count(*) THEN json_group_array(json_object('queueId', queue_id, 'rank', 1)) ELSE '[]' END AS queues
                    FROM (SELECT DISTINCT queue_id, name FROM named) GROUP BY name);
            DROP TABLE named;
            ALTER TABLE tickets ADD COLUMN held_by TEXT NULL;
            UPDATE tickets SET state = json_set(state, '$.counterId', (SELECT id FROM counters WHERE name = tickets.counter))
                WHERE counter IS NOT NULL AND status IN ('called', 'serving');
            UPDATE tickets SET held_by = state ->> '$.counterId'
                WHERE counter IS NOT NULL AND status IN ('called', 'serving')
                AND id = (SELECT id FROM tickets AS other WHERE other.counter = tickets.counter COLLATE NOCASE AND other.status IN ('called', 'serving') ORDER BY updated_at DESC, id DESC LIMIT 1);
            DROP INDEX ticket_counter;
            CREATE UNIQUE INDEX ticket_held ON tickets (held_by) WHERE held_by IS NOT NULL;
            """
        ),
        new(
            "Open tickets by number",
            """
            DROP INDEX ticket_open;
            CREATE INDEX ticket_open_number ON tickets (queue_id, number) WHERE open = 1;
            """
        ),
        // Queues of a counter that shared a rank get one each. All there is is of the main branch. Two queues that had the same prefix may have given the same number: it counts once. The order
        // of each priority stays, now as moments: no moment lies before that of somebody who stood before.
        new(
            "Branches, and one order of a line",
            """
            UPDATE counters SET state = json_set(state, '$.queues', json((
                    SELECT json_group_array(json_object('queueId', queue_id, 'rank', rank)) FROM (
                        SELECT value ->> '$.queueId' AS queue_id, row_number() OVER (ORDER BY value ->> '$.rank', key) AS rank FROM json_each(counters.state, '$.queues') ORDER BY rank))))
                WHERE (SELECT count(DISTINCT value ->> '$.rank') < count(*) FROM json_each(counters.state, '$.queues'));
            CREATE TABLE branches (id TEXT PRIMARY KEY, version INTEGER NOT NULL, there INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            ALTER TABLE lines RENAME COLUMN arrivals TO last_arrival;
            UPDATE lines SET last_arrival = 0;
            ALTER TABLE lines ADD COLUMN branch_id TEXT NOT NULL DEFAULT 'main';
            ALTER TABLE tickets ADD COLUMN branch_id TEXT NOT NULL DEFAULT 'main';
            ALTER TABLE tickets ADD COLUMN ticket_number TEXT NOT NULL DEFAULT '';
            ALTER TABLE tickets ADD COLUMN issued INTEGER NOT NULL DEFAULT 1;
            UPDATE tickets SET ticket_number = coalesce(state ->> '$.ticketNumber', '');
            UPDATE tickets SET issued = 0 WHERE id NOT IN (SELECT min(id) FROM tickets GROUP BY service_day, ticket_number);
            CREATE TEMP TABLE ranked (id TEXT PRIMARY KEY, ord INTEGER NOT NULL);
            INSERT INTO ranked (id, ord)
                SELECT id, (max(created_at) OVER before - priority * 86400000000) * 1048576 + row_number() OVER before
                FROM tickets WHERE open = 1 OR (status = 'no_show' AND updated_at > (SELECT max(updated_at) FROM tickets) - 604800000)
                WINDOW before AS (PARTITION BY queue_id, priority ORDER BY ord, id);
            UPDATE tickets SET ord = ranked.ord, state = json_set(state, '$.order', ranked.ord) FROM ranked WHERE ranked.id = tickets.id;
            DROP TABLE ranked;
            DROP INDEX ticket_number;
            DROP INDEX ticket_holder;
            DROP INDEX ticket_phone;
            DROP INDEX ticket_line;
            DROP INDEX ticket_open_number;
            CREATE UNIQUE INDEX ticket_number ON tickets (branch_id, service_day, ticket_number) WHERE issued = 1;
            CREATE UNIQUE INDEX ticket_holder ON tickets (branch_id, queue_id, user_id) WHERE open = 1 AND user_id IS NOT NULL;
            CREATE UNIQUE INDEX ticket_phone ON tickets (branch_id, queue_id, phone) WHERE open = 1 AND phone IS NOT NULL;
            CREATE INDEX ticket_line ON tickets (queue_id, status, ord, id) WHERE open = 1;
            CREATE INDEX ticket_open_number ON tickets (branch_id, ticket_number) WHERE open = 1;
            """
        ),
        new(
            "Lines by when they are looked at",
            """
            ALTER TABLE lines ADD COLUMN look_at INTEGER NULL;
            ALTER TABLE lines ADD COLUMN due_at INTEGER NULL;
            UPDATE lines SET look_at = 0, due_at = 0 WHERE open > 0;
            CREATE INDEX line_turn ON lines (look_at) WHERE look_at IS NOT NULL;
            """
        ),
        SqliteAnswers.Step,
        new(
            "Contact data that ends",
            """
            ALTER TABLE tickets ADD COLUMN contact_left INTEGER NULL;
            UPDATE tickets SET contact_left = coalesce(unixepoch(state ->> '$.closedAt') * 1000, updated_at)
                WHERE user_id IS NULL AND open = 0
                AND coalesce(state ->> '$.customerName', state ->> '$.phone', state ->> '$.email', state ->> '$.notes') IS NOT NULL;
            CREATE INDEX ticket_contact ON tickets (contact_left) WHERE contact_left IS NOT NULL;
            """
        ),
        // With its key as the order of the table, a row of more than a quarter of a page took a page of its own. What is null is not said.
        // No index of it is left out: those of the steps before, as they are by now.
        new(
            "Tickets in a quarter of the room",
            """
            DROP TRIGGER ticket_joins;
            DROP TRIGGER ticket_leaves;
            DROP TRIGGER ticket_rejoins;
            ALTER TABLE tickets RENAME TO tickets_before;
            CREATE TABLE tickets (
                id TEXT NOT NULL PRIMARY KEY,
                branch_id TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                service_day TEXT NOT NULL,
                number INTEGER NOT NULL,
                ticket_number TEXT NOT NULL,
                issued INTEGER NOT NULL,
                user_id TEXT NULL,
                status TEXT NOT NULL,
                open INTEGER NOT NULL,
                priority INTEGER NOT NULL,
                ord INTEGER NOT NULL,
                counter TEXT NULL,
                held_by TEXT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                version INTEGER NOT NULL,
                network TEXT NULL,
                phone TEXT NULL,
                contact_left INTEGER NULL,
                state TEXT NOT NULL) STRICT;
            INSERT INTO tickets (id, branch_id, queue_id, service_day, number, ticket_number, issued, user_id, status, open, priority, ord, counter, held_by, created_at,
                    updated_at, version, network, phone, contact_left, state)
                SELECT id, branch_id, queue_id, service_day, number, ticket_number, issued, user_id, status, open, priority, ord, counter, held_by, created_at,
                    updated_at, version, network, phone, contact_left, json_patch('{}', state)
                FROM tickets_before ORDER BY id;
            DROP TABLE tickets_before;
            CREATE INDEX ticket_user ON tickets (user_id, id) WHERE user_id IS NOT NULL;
            CREATE INDEX ticket_queue ON tickets (queue_id, id);
            CREATE INDEX ticket_network ON tickets (queue_id, network) WHERE open = 1 AND network IS NOT NULL;
            CREATE UNIQUE INDEX ticket_held ON tickets (held_by) WHERE held_by IS NOT NULL;
            CREATE UNIQUE INDEX ticket_number ON tickets (branch_id, service_day, ticket_number) WHERE issued = 1;
            CREATE UNIQUE INDEX ticket_holder ON tickets (branch_id, queue_id, user_id) WHERE open = 1 AND user_id IS NOT NULL;
            CREATE UNIQUE INDEX ticket_phone ON tickets (branch_id, queue_id, phone) WHERE open = 1 AND phone IS NOT NULL;
            CREATE INDEX ticket_line ON tickets (queue_id, status, ord, id) WHERE open = 1;
            CREATE INDEX ticket_open_number ON tickets (branch_id, ticket_number) WHERE open = 1;
            CREATE INDEX ticket_contact ON tickets (contact_left) WHERE contact_left IS NOT NULL;
            CREATE TRIGGER ticket_joins AFTER INSERT ON tickets WHEN NEW.status = 'waiting' BEGIN
                INSERT INTO waiting (queue_id, priority, tickets) VALUES (NEW.queue_id, NEW.priority, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
            END;
            CREATE TRIGGER ticket_leaves AFTER UPDATE OF status, priority ON tickets WHEN OLD.status = 'waiting' BEGIN
                UPDATE waiting SET tickets = tickets - 1 WHERE queue_id = OLD.queue_id AND priority = OLD.priority;
            END;
            CREATE TRIGGER ticket_rejoins AFTER UPDATE OF status, priority ON tickets WHEN NEW.status = 'waiting' BEGIN
                INSERT INTO waiting (queue_id, priority, tickets) VALUES (NEW.queue_id, NEW.priority, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
            END;
            """
        ),
        new(
            "Appointments in the line",
            """
            ALTER TABLE tickets ADD COLUMN turn_at INTEGER NULL;
            ALTER TABLE tickets ADD COLUMN turn_in_a_row INTEGER NULL;
            ALTER TABLE lines ADD COLUMN booked_in_a_row INTEGER NOT NULL DEFAULT 0;
            CREATE TABLE bookings (
                appointment_id TEXT PRIMARY KEY, queue_id TEXT NOT NULL, start_at INTEGER NOT NULL, expected INTEGER NOT NULL, version INTEGER NOT NULL)
                STRICT, WITHOUT ROWID;
            CREATE INDEX booking_start ON bookings (queue_id, start_at, expected);
            CREATE INDEX ticket_booked ON tickets (queue_id, ord, id) WHERE open = 1 AND status = 'waiting' AND turn_at IS NOT NULL;
            """
        ),
    ];
}
