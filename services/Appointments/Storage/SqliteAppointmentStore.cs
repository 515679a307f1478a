using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Appointments.Storage;

/// <summary>Appointments in the service's SQLite file, each a row with its state.</summary>
internal sealed class SqliteAppointmentStore(SqliteDatabase database) : IAppointmentStore
{
    // The longest slot there is.
    private static readonly long Longest = (long)TimeSpan.FromHours(12).TotalMilliseconds;
    private const int ForgottenAtOnce = 100;

    public Task<bool> TakeAsync(
        SlotRequest request,
        long? expectedVersion,
        Func<int, (AppointmentChange Change, StoredResponse? Answer)> change,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            c =>
            {
                // One writer at a time: what it reads here holds until it commits.
                var taken = Taken(c, request.QueueId, request.Slot.Start, request.Slot.End, request.AppointmentId);
                if (request.FreeAmong(taken).FirstOrDefault() is not (> 0 and var place))
                    throw SlotRequest.Taken();
                var (decided, answer) = change(place);
                SqliteAnswers.Add(c, answer, decided.Next.Id);
                return Save(c, decided, expectedVersion);
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(
        AppointmentChange change,
        long expectedVersion,
        CancellationToken cancellationToken,
        StoredResponse? answer = null
    ) =>
        database.WriteAsync(
            c =>
            {
                if (!Save(c, change, expectedVersion))
                    return false;
                SqliteAnswers.Add(c, answer, change.Next.Id);
                return true;
            },
            cancellationToken
        );

    public Task<Appointment?> FindAsync(string appointmentId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => Many(c, "WHERE id = @appointmentId", new { appointmentId }).SingleOrDefault(), cancellationToken);

    public Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var after = ListPosition.Read(page.After);
        return database.ReadAsync<IReadOnlyList<Appointment>>(
            c =>
                Many(
                    c,
                    $"""
                        WHERE held_until IS NULL AND {(filter.QueueId is null ? "" : "queue_id = @QueueId AND ")}{(
                            filter.BranchIds is null ? "" : "branch_id IN @BranchIds AND "
                        )}{(filter.NotCancelled ? "status <> 'cancelled' AND " : "")}(@status IS NULL OR status = @status) AND start_at >= @from AND start_at < @to
                        AND (start_at, id) > (@afterStart, @afterId) ORDER BY start_at, id LIMIT @limit
                        """,
                    new
                    {
                        filter.QueueId,
                        filter.BranchIds,
                        status = filter.Status is { } status ? Wire(status) : null,
                        from = filter.From?.ToUnixTimeMilliseconds() ?? 0,
                        to = filter.To?.ToUnixTimeMilliseconds() ?? long.MaxValue,
                        afterStart = after?.Start.ToUnixTimeMilliseconds() ?? -1,
                        afterId = after?.Id ?? "",
                        limit = page.Limit + 1,
                    }
                ),
            cancellationToken
        );
    }

    public Task<IReadOnlyList<TakenPlace>> TakenAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    ) => database.ReadAsync<IReadOnlyList<TakenPlace>>(c => Taken(c, queueId, from, to, ""), cancellationToken);

    public Task<int> CountHeldAsync(string queueId, string network, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.ExecuteScalar<int>(
                    """
                    SELECT count(*) FROM appointments
                    WHERE queue_id = @queueId AND network = @network AND start_at > @now AND (held_until IS NULL OR held_until > @now)
                    """,
                    new
                    {
                        queueId,
                        network,
                        now = now.ToUnixTimeMilliseconds(),
                    }
                ),
            cancellationToken
        );

    public Task<Appointment?> FindByCodeAsync(string codeHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => Many(c, "WHERE code_hash = @codeHash ORDER BY start_at, id LIMIT 1", new { codeHash }).SingleOrDefault(),
            cancellationToken
        );

    public Task<IReadOnlyList<Appointment>> BegunAsync(
        DateTimeOffset before,
        ListPosition? after,
        int most,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Appointment>>(
            c =>
                Many(
                    c,
                    "WHERE status = 'booked' AND start_at < @before AND (start_at, id) > (@start, @id) ORDER BY start_at, id LIMIT @most",
                    new
                    {
                        before = before.ToUnixTimeMilliseconds(),
                        start = after?.Start.ToUnixTimeMilliseconds() ?? -1,
                        id = after?.Id ?? "",
                        most,
                    }
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<Appointment>> ExpiredHoldsAsync(
        DateTimeOffset now,
        string? queueId,
        int most,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Appointment>>(
            c =>
                Many(
                    c,
                    $"""
                    WHERE status = 'held' AND held_until <= @now {(queueId is null ? "" : "AND queue_id = @queueId ")}
                    ORDER BY held_until, id LIMIT @most
                    """,
                    new
                    {
                        now = now.ToUnixTimeMilliseconds(),
                        queueId,
                        most,
                    }
                ),
            cancellationToken
        );

    public async Task ForgetHoldsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        while (
            await database.WriteAsync(
                c =>
                    c.Execute(
                        """
                        DELETE FROM appointments WHERE id IN (
                            SELECT id FROM appointments WHERE status = 'cancelled' AND held_until < @before LIMIT @limit)
                        """,
                        new { before = before.ToUnixTimeMilliseconds(), limit = ForgottenAtOnce }
                    ),
                cancellationToken
            ) == ForgottenAtOnce
        )
        {
            // There may be more.
        }
    }

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(c => Anonymize(c, Many(c, "WHERE user_id = @userId", new { userId })), cancellationToken);

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        while (
            await database.WriteAsync(
                c =>
                {
                    var some = Many(
                        c,
                        "WHERE contact_left < @before ORDER BY contact_left LIMIT @limit",
                        new { before = before.ToUnixTimeMilliseconds(), limit = ForgottenAtOnce }
                    );
                    Anonymize(c, some);
                    return some.Count;
                },
                cancellationToken
            ) == ForgottenAtOnce
        )
        {
            // There may be more.
        }
    }

    public Task<QueueCopy?> FindQueueAsync(string queueId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<(long Version, string? Definition)?>(
                    "SELECT version, definition FROM queues WHERE queue_id = @queueId",
                    new { queueId }
                )
                    is { } row
                    ? new QueueCopy(queueId, row.Version, row.Definition is null ? null : StateJson.Read<QueueDefinition>(row.Definition))
                    : null,
            cancellationToken
        );

    public Task SaveQueueAsync(QueueCopy queue, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute(
                    """
                    INSERT INTO queues (queue_id, version, definition) VALUES (@QueueId, @Version, @definition)
                    ON CONFLICT (queue_id) DO UPDATE SET version = excluded.version, definition = excluded.definition
                    WHERE excluded.version > version
                    """,
                    new
                    {
                        queue.QueueId,
                        queue.Version,
                        definition = queue.Definition is null ? null : StateJson.Write(queue.Definition),
                    }
                );
            },
            cancellationToken
        );

    private static List<TakenPlace> Taken(SqliteConnection c, string queueId, DateTimeOffset from, DateTimeOffset to, string except) =>
        [
            .. c.Query<(long Start, long End, long Place, long? HeldUntil)>(
                    """
                    SELECT start_at, end_at, place, held_until FROM appointments
                    WHERE queue_id = @queueId AND place IS NOT NULL AND start_at > @earliest AND start_at < @to AND end_at > @from AND id <> @except
                    """,
                    new
                    {
                        queueId,
                        from = from.ToUnixTimeMilliseconds(),
                        to = to.ToUnixTimeMilliseconds(),
                        earliest = from.ToUnixTimeMilliseconds() - Longest,
                        except,
                    }
                )
                .Select(t => new TakenPlace(
                    DateTimeOffset.FromUnixTimeMilliseconds(t.Start),
                    DateTimeOffset.FromUnixTimeMilliseconds(t.End),
                    (int)t.Place,
                    t.HeldUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null
                )),
        ];

    private static bool Save(SqliteConnection c, AppointmentChange change, long? expectedVersion)
    {
        var next = change.Next;
        var row = new
        {
            next.Id,
            next.BranchId,
            next.QueueId,
            start = next.Start.ToUnixTimeMilliseconds(),
            end = next.End.ToUnixTimeMilliseconds(),
            next.Place,
            status = Wire(next.Status),
            next.UserId,
            next.Network,
            next.CodeHash,
            left = next.ContactLeftAt()?.ToUnixTimeMilliseconds(),
            held = next.HeldUntil?.ToUnixTimeMilliseconds(),
            next.Version,
            state = StateJson.Write(next),
            expectedVersion,
        };
        var saved = c.Execute(
            expectedVersion is null
                ? """
                INSERT INTO appointments
                    (id, branch_id, queue_id, start_at, end_at, place, status, user_id, network, code_hash, contact_left, held_until, version, state)
                VALUES (@Id, @BranchId, @QueueId, @start, @end, @Place, @status, @UserId, @Network, @CodeHash, @left, @held, @Version, @state)
                """
                : """
                UPDATE appointments SET start_at = @start, end_at = @end, place = @Place, status = @status, user_id = @UserId, network = @Network,
                    code_hash = @CodeHash, contact_left = @left, held_until = @held, version = @Version, state = @state
                WHERE id = @Id AND version = @expectedVersion
                """,
            row
        );
        if (saved == 0)
            return false;
        if (change.Event is { } told)
            SqliteOutbox.Append(c, told);
        return true;
    }

    private static void Anonymize(SqliteConnection c, IReadOnlyCollection<Appointment> appointments)
    {
        c.Execute(
            "UPDATE appointments SET state = @state, user_id = NULL, network = NULL, contact_left = NULL WHERE id = @Id",
            appointments.Select(a => new { a.Id, state = StateJson.Write(a.Anonymous()) })
        );
        var ids = JsonSerializer.Serialize(appointments.Select(a => a.Id));
        SqliteOutbox.Rewrite(
            c,
            """
            UPDATE outbox SET payload = json_set(payload, '$.appointment.customerName', null, '$.appointment.phone', null, '$.appointment.email', null)
            WHERE aggregate_id IN (SELECT value FROM json_each(@ids))
            """,
            new { ids }
        );
        SqliteAnswers.Erase(c, ids);
    }

    private static List<Appointment> Many(SqliteConnection c, string where, object parameters) =>
        [.. c.Query<string>("SELECT state FROM appointments " + where, parameters).Select(StateJson.Read<Appointment>)];

    private static string Wire(AppointmentStatus status) => status.ToString().ToLowerInvariant();
}
