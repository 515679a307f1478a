using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Analytics.Storage;

/// <summary>Facts in the service's SQLite file. The single writer makes read, join and write one step.</summary>
internal sealed class SqliteAnalyticsStore(SqliteDatabase database) : IAnalyticsStore
{
    // Written in queries as in the indexes, or those are not used.
    private const string TypeOfTracked = "json_extract(state, '$.eventType')";
    private const string QueueOfTracked = "json_extract(state, '$.queueId')";

    // The end of a session that goes on.
    private static readonly long Never = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The query for closed tickets that counters had.</summary>
    internal const string HeldQuery = """
        SELECT state FROM facts
        WHERE branch_id = @branchId AND called_at >= @earliest AND called_at <= @to AND closed_at IS NOT NULL AND closed_at >= @from
        """;

    /// <summary>The query for tickets that counters have.</summary>
    internal const string RunningQuery =
        "SELECT state FROM facts WHERE branch_id = @branchId AND called_at IS NOT NULL AND closed_at IS NULL";

    /// <summary>The query for how long counters were open or on a break.</summary>
    internal const string SessionsQuery = """
        SELECT counter_id, name, max(version), status, operator_id, sum(min(until, @to) - max(at, @from))
        FROM sessions
        WHERE branch_id = @branchId AND until > @from AND at < @to AND until > at AND status <> 'Closed'
        GROUP BY counter_id, status, operator_id
        """;

    /// <summary>The query for how many appointments had which outcome.</summary>
    internal const string AppointmentsQuery = """
        SELECT outcome, count(*) FROM appointments
        WHERE branch_id = @branchId AND queue_id = @queueId AND start_at >= @from AND start_at < @to
        GROUP BY outcome
        """;

    public Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken) =>
        database.WriteUnguardedAsync(
            c =>
            {
                var known = c.ExecuteScalar<string>("SELECT state FROM facts WHERE ticket_id = @TicketId", new { fact.TicketId })
                    is { } state
                    ? StateJson.Read<TicketFact>(state)
                    : null;
                var joined = known?.Join(fact) ?? fact;
                joined = joined with { UserId = Unerased(c, joined.UserId), ServedBy = Unerased(c, joined.ServedBy) };
                if (joined == known)
                    return;
                Put(c, joined);
                MarkStale(c, joined);
                if (known is not null && HourOf(known) != HourOf(joined))
                    MarkStale(c, known);
                foreach (var hour in HeldTime.Hours(joined))
                    MarkStale(c, (joined.BranchId, CounterWork.InsteadOfQueue, hour));
            },
            cancellationToken
        );

    public Task RecordAppointmentAsync(AppointmentFact fact, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO appointments (appointment_id, version, branch_id, queue_id, start_at, outcome)
                    VALUES (@AppointmentId, @Version, @BranchId, @QueueId, @startAt, @outcome)
                    ON CONFLICT (appointment_id) DO UPDATE SET version = excluded.version, branch_id = excluded.branch_id,
                        queue_id = excluded.queue_id, start_at = excluded.start_at, outcome = excluded.outcome
                    WHERE excluded.version > appointments.version
                    """,
                    new
                    {
                        fact.AppointmentId,
                        fact.Version,
                        fact.BranchId,
                        fact.QueueId,
                        startAt = fact.Start.ToUnixTimeMilliseconds(),
                        outcome = fact.Outcome.ToString(),
                    }
                ),
            cancellationToken
        );

    public Task RecordQueueAsync(QueueProfile queue, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO queues (queue_id, branch_id, version, state) VALUES (@QueueId, @BranchId, @Version, @state)
                    ON CONFLICT (queue_id) DO UPDATE SET branch_id = excluded.branch_id, version = excluded.version, state = excluded.state
                    WHERE excluded.version > queues.version
                    """,
                    new
                    {
                        queue.QueueId,
                        queue.BranchId,
                        queue.Version,
                        state = StateJson.Write(queue),
                    }
                ),
            cancellationToken
        );

    // An end is the earliest of all later events that are known, so it is the same in whatever order they come.
    public Task RecordCounterAsync(CounterFact fact, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var session = new
                {
                    fact.BranchId,
                    fact.CounterId,
                    fact.Version,
                    at = fact.At.ToUnixTimeMilliseconds(),
                    status = fact.Status.ToString(),
                    operatorId = Unerased(c, fact.OperatorId),
                    fact.Name,
                    fact.BreakReason,
                    Never,
                };
                var added = c.Execute(
                    """
                    INSERT INTO sessions (branch_id, counter_id, version, at, until, status, operator_id, name, break_reason)
                    SELECT @BranchId, @CounterId, @Version, @at, coalesce(min(later.at), @Never), @status, @operatorId, @Name, @BreakReason
                    FROM sessions AS later WHERE branch_id = @BranchId AND counter_id = @CounterId AND version > @Version
                    ON CONFLICT DO NOTHING
                    """,
                    session
                );
                if (added > 0)
                    c.Execute(
                        """
                        UPDATE sessions SET until = @at
                        WHERE branch_id = @BranchId AND counter_id = @CounterId AND version < @Version AND until > @at
                        """,
                        session
                    );
            },
            cancellationToken
        );

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("INSERT INTO erased_users (user_id) VALUES (@userId) ON CONFLICT DO NOTHING", new { userId });
                c.Execute("DELETE FROM tracked WHERE user_id = @userId", new { userId });
                SqliteAnswers.Erase(c, JsonSerializer.Serialize(new[] { userId }));
                var facts = c.Query<string>("SELECT state FROM facts WHERE user_id = @userId", new { userId });
                foreach (var state in facts)
                    Put(c, StateJson.Read<TicketFact>(state) with { UserId = null });
                c.Execute(
                    "UPDATE facts SET served_by = NULL, state = json_remove(state, '$.servedBy') WHERE served_by = @userId",
                    new { userId }
                );
                c.Execute("UPDATE sessions SET operator_id = NULL WHERE operator_id = @userId", new { userId });
                // Who served stands in these as they are packed.
                c.Execute(
                    """
                    UPDATE rollups SET data = NULL
                    WHERE branch_id IN @branches AND queue_id = @work AND instr(data, CAST(@userId AS BLOB)) > 0
                    """,
                    new
                    {
                        branches = Branches(c),
                        work = CounterWork.InsteadOfQueue,
                        userId,
                    }
                );
            },
            cancellationToken
        );

    public Task<QueueProfile?> FindQueueAsync(
        string queueId,
        IReadOnlyCollection<string>? branchIds,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>(
                    $"SELECT state FROM queues WHERE queue_id = @queueId {AndIn(branchIds)}",
                    new { queueId, branchIds }
                )
                    is { } state
                    ? StateJson.Read<QueueProfile>(state)
                    : null,
            cancellationToken
        );

    public Task VisitQueueAsync(
        string branchId,
        string queueId,
        TimeRange range,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            c =>
            {
                VisitQueue(c, branchId, queueId, range, visit, cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task<AppointmentTally> AppointmentsAsync(
        string branchId,
        string queueId,
        TimeRange range,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            c =>
            {
                var tally = new AppointmentTally();
                foreach (var (outcome, count) in c.Query<(string, long)>(AppointmentsQuery, Within(range, branchId, queueId)))
                    tally[Enum.Parse<AppointmentOutcome>(outcome)] = (int)count;
                return tally;
            },
            cancellationToken
        );

    public Task VisitHeldAsync(string branchId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
            {
                VisitHeld(c, branchId, range, visit, cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task VisitRunningAsync(string branchId, Action<TicketFact> visit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
            {
                Visit(c, RunningQuery, new { branchId }, visit, cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<QueueProfile>> QueuesAsync(IReadOnlyCollection<string>? branchIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<QueueProfile>>(
            c =>
                [
                    .. c.Query<string>($"SELECT state FROM queues WHERE true {AndIn(branchIds)} ORDER BY queue_id", new { branchIds })
                        .Select(StateJson.Read<QueueProfile>),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<string>> BranchesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(Branches, cancellationToken);

    public Task<IReadOnlyList<SessionSum>> SessionsAsync(string branchId, TimeRange range, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SessionSum>>(
            c =>
                [
                    .. c.Query<(string CounterId, string Name, long Version, string Status, string? OperatorId, long Milliseconds)>(
                            SessionsQuery,
                            Within(range, branchId)
                        )
                        .Select(s => new SessionSum(
                            s.CounterId,
                            s.Name,
                            s.Version,
                            Enum.Parse<CounterStatus>(s.Status),
                            s.OperatorId,
                            s.Milliseconds
                        )),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<long>> VisitRollupsAsync(
        string branchId,
        string queueId,
        long from,
        long to,
        Action<ReadOnlyMemory<byte>> visit,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<long>>(
            c =>
            {
                var stale = new List<long>();
                using var command = c.CreateCommand();
                command.CommandText =
                    "SELECT hour, data FROM rollups WHERE branch_id = $branchId AND queue_id = $queueId AND hour >= $from AND hour < $to ORDER BY hour";
                command.Parameters.AddWithValue("$branchId", branchId);
                command.Parameters.AddWithValue("$queueId", queueId);
                command.Parameters.AddWithValue("$from", from);
                command.Parameters.AddWithValue("$to", to);
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (reader.IsDBNull(1))
                        stale.Add(reader.GetInt64(0));
                    else
                        visit(reader.GetFieldValue<byte[]>(1));
                }

                return stale;
            },
            cancellationToken
        );

    // Within the writer's turn no fact can come between reading and writing.
    public Task<int> RollUpAsync(int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var stale = c.Query<(string BranchId, string QueueId, long Hour)>(
                        "SELECT branch_id, queue_id, hour FROM rollups WHERE data IS NULL ORDER BY hour LIMIT @limit",
                        new { limit }
                    )
                    .ToList();
                foreach (var (branchId, queueId, hour) in stale)
                {
                    c.Execute(
                        "UPDATE rollups SET data = @data WHERE branch_id = @branchId AND queue_id = @queueId AND hour = @hour",
                        new
                        {
                            data = Pack(c, branchId, queueId, RollupHour.Whole(hour), cancellationToken),
                            branchId,
                            queueId,
                            hour,
                        }
                    );
                }

                return stale.Count;
            },
            cancellationToken
        );

    public Task<int> ForgetAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var hour = RollupHour.Of(before);
                var at = RollupHour.Start(hour).ToUnixTimeMilliseconds();
                c.Execute("DELETE FROM rollups WHERE hour < @hour", new { hour });
                c.Execute("DELETE FROM sessions WHERE branch_id IN @branches AND until <= @at", new { branches = Branches(c), at });
                c.Execute("DELETE FROM appointments WHERE start_at < @at", new { at });
                var forgotten = c.Query<string>(
                        """
                        DELETE FROM facts WHERE ticket_id IN (SELECT ticket_id FROM facts WHERE created_at < @at ORDER BY created_at LIMIT @limit)
                        RETURNING state
                        """,
                        new { at, limit }
                    )
                    .ToList();
                // Counters may have had them later.
                foreach (var fact in forgotten.Select(StateJson.Read<TicketFact>))
                {
                    foreach (var held in HeldTime.Hours(fact).Where(h => h >= hour))
                        MarkStale(c, (fact.BranchId, CounterWork.InsteadOfQueue, held));
                }

                return forgotten.Count;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(
        string userId,
        IReadOnlyCollection<string>? branchIds,
        FactPosition? after,
        int? limit,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<TicketFact>>(
            c =>
                [
                    .. c.Query<string>(
                            $"""
                            SELECT state FROM facts WHERE user_id = @userId {(
                                after is null ? "" : "AND (created_at, ticket_id) < (@at, @id)"
                            )} {AndIn(branchIds)}
                            ORDER BY created_at DESC, ticket_id DESC LIMIT @limit
                            """,
                            new
                            {
                                userId,
                                branchIds,
                                at = after?.CreatedAt.ToUnixTimeMilliseconds(),
                                id = after?.TicketId,
                                limit = limit ?? -1,
                            }
                        )
                        .Select(StateJson.Read<TicketFact>),
                ],
            cancellationToken
        );

    public Task TrackAsync(TrackedEvent tracked, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Unerased(c, tracked.UserId) is null)
                    throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
                c.Execute(
                    "INSERT INTO tracked (id, user_id, state) VALUES (@Id, @UserId, @state)",
                    new
                    {
                        tracked.Id,
                        tracked.UserId,
                        state = StateJson.Write(tracked),
                    }
                );
                SqliteAnswers.Add(c, answer, tracked.UserId);
            },
            cancellationToken
        );

    public Task<DateTimeOffset?> TrackedSinceAsync(string userId, int count, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>(
                    "SELECT state FROM tracked WHERE user_id = @userId ORDER BY id DESC LIMIT 1 OFFSET @before",
                    new { userId, before = count - 1 }
                )
                    is { } state
                    ? StateJson.Read<TrackedEvent>(state).ReceivedAt
                    : (DateTimeOffset?)null,
            cancellationToken
        );

    public Task<IReadOnlyList<TrackedEvent>> TrackedAsync(
        TrackedFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<TrackedEvent>>(
            c =>
                [
                    .. c.Query<string>(
                            TrackedQuery(filter, after),
                            new
                            {
                                filter.EventType,
                                filter.QueueId,
                                filter.UserId,
                                filter.BranchIds,
                                from = filter.From is { } from ? TrackedEvent.FirstId(from) : null,
                                to = filter.To is { } to ? TrackedEvent.FirstId(to) : null,
                                after,
                                limit,
                            }
                        )
                        .Select(StateJson.Read<TrackedEvent>),
                ],
            cancellationToken
        );

    public Task<int> ForgetTrackedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    "DELETE FROM tracked WHERE id IN (SELECT id FROM tracked WHERE id < @id ORDER BY id LIMIT @limit)",
                    new { id = TrackedEvent.FirstId(before), limit }
                ),
            cancellationToken
        );

    /// <summary>The query for a page of tracked events; each filter has an index that is in the order of the list.</summary>
    internal static string TrackedQuery(TrackedFilter filter, string? after)
    {
        var where = new List<string>();
        if (filter.UserId is not null)
            where.Add("user_id = @UserId");
        if (filter.QueueId is not null)
            where.Add(QueueOfTracked + " = @QueueId");
        if (filter.BranchIds is not null)
            where.Add($"{QueueOfTracked} IN (SELECT queue_id FROM queues WHERE branch_id IN @BranchIds)");
        if (filter.EventType is not null)
            where.Add(TypeOfTracked + " = @EventType");
        if (filter.From is not null)
            where.Add("id >= @from");
        if (filter.To is not null)
            where.Add("id < @to");
        if (after is not null)
            where.Add("id < @after");
        return $"SELECT state FROM tracked {(where.Count == 0 ? "" : "WHERE " + string.Join(" AND ", where))} ORDER BY id DESC LIMIT @limit";
    }

    public Task<TrackedEvent?> FindTrackedAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM tracked WHERE id = @id", new { id }) is { } state
                    ? StateJson.Read<TrackedEvent>(state)
                    : null,
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    /// <summary>The account, unless it is erased.</summary>
    private static string? Unerased(SqliteConnection connection, string? userId) =>
        userId is null || connection.ExecuteScalar<long>("SELECT count(*) FROM erased_users WHERE user_id = @userId", new { userId }) > 0
            ? null
            : userId;

    private static string AndIn(IReadOnlyCollection<string>? branchIds) => branchIds is null ? "" : "AND branch_id IN @branchIds";

    // One look into an index a branch: there are few of them, and many rows.
    private static IReadOnlyList<string> Branches(SqliteConnection connection)
    {
        var branches = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var table in (string[])["rollups", "sessions"])
        {
            for (
                string? last = "";
                (last = connection.ExecuteScalar<string>($"SELECT min(branch_id) FROM {table} WHERE branch_id > @last", new { last }))
                    is not null;

            )
                branches.Add(last);
        }

        return [.. branches];
    }

    private static byte[] Pack(
        SqliteConnection connection,
        string branchId,
        string queueId,
        TimeRange hour,
        CancellationToken cancellationToken
    )
    {
        if (queueId == CounterWork.InsteadOfQueue)
        {
            var work = new CounterWork();
            VisitHeld(connection, branchId, hour, fact => work.Add(fact, hour, hour.To), cancellationToken);
            return work.Pack();
        }

        var rollup = new Rollup();
        VisitQueue(connection, branchId, queueId, hour, rollup.Add, cancellationToken);
        return rollup.Pack();
    }

    private static void VisitQueue(
        SqliteConnection connection,
        string branchId,
        string queueId,
        TimeRange range,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    ) =>
        Visit(
            connection,
            "SELECT state FROM facts WHERE branch_id = @branchId AND queue_id = @queueId AND created_at >= @from AND created_at < @to",
            Within(range, branchId, queueId),
            visit,
            cancellationToken
        );

    private static void VisitHeld(
        SqliteConnection connection,
        string branchId,
        TimeRange range,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    ) => Visit(connection, HeldQuery, Within(range, branchId), visit, cancellationToken);

    private static object Within(TimeRange range, string branchId, string? queueId = null) =>
        new
        {
            branchId,
            queueId,
            earliest = (range.From - HeldTime.Longest).ToUnixTimeMilliseconds(),
            from = range.From.ToUnixTimeMilliseconds(),
            to = range.To.ToUnixTimeMilliseconds(),
        };

    private static void Visit(
        SqliteConnection connection,
        string query,
        object parameters,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    )
    {
        foreach (var state in connection.Query<string>(query, parameters, buffered: false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            visit(StateJson.Read<TicketFact>(state));
        }
    }

    private static (string BranchId, string QueueId, long Hour) HourOf(TicketFact fact) =>
        (fact.BranchId, fact.QueueId, RollupHour.Of(fact.CreatedAt));

    private static void MarkStale(SqliteConnection connection, TicketFact fact) => MarkStale(connection, HourOf(fact));

    private static void MarkStale(SqliteConnection connection, (string BranchId, string QueueId, long Hour) of) =>
        connection.Execute(
            """
            INSERT INTO rollups (branch_id, queue_id, hour) VALUES (@BranchId, @QueueId, @Hour)
            ON CONFLICT DO UPDATE SET data = NULL WHERE data IS NOT NULL
            """,
            new
            {
                of.BranchId,
                of.QueueId,
                of.Hour,
            }
        );

    private static void Put(SqliteConnection connection, TicketFact fact) =>
        connection.Execute(
            """
            INSERT INTO facts (ticket_id, branch_id, queue_id, user_id, served_by, created_at, called_at, closed_at, state)
            VALUES (@TicketId, @BranchId, @QueueId, @UserId, @ServedBy, @at, @calledAt, @closedAt, @state)
            ON CONFLICT (ticket_id) DO UPDATE SET
                branch_id = excluded.branch_id, queue_id = excluded.queue_id, user_id = excluded.user_id, served_by = excluded.served_by,
                created_at = excluded.created_at, called_at = excluded.called_at, closed_at = excluded.closed_at, state = excluded.state
            """,
            new
            {
                fact.TicketId,
                fact.BranchId,
                fact.QueueId,
                fact.UserId,
                fact.ServedBy,
                at = fact.CreatedAt.ToUnixTimeMilliseconds(),
                calledAt = fact.Counter is null ? null : fact.CalledAt?.ToUnixTimeMilliseconds(),
                closedAt = fact.Counter is null || fact.CalledAt is null ? null : fact.ClosedAt?.ToUnixTimeMilliseconds(),
                state = StateJson.Write(fact),
            }
        );
}
