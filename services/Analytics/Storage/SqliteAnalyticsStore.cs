using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Analytics.Storage;

/// <summary>Facts in the service's SQLite file. The single writer makes read, join and write one step.</summary>
internal sealed class SqliteAnalyticsStore(SqliteDatabase database) : IAnalyticsStore
{
    // Written in queries as in the indexes, or those are not used.
    private const string TypeOfTracked = "json_extract(state, '$.eventType')";
    private const string QueueOfTracked = "json_extract(state, '$.queueId')";

    public Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var known = c.QuerySingleOrDefault<string>("SELECT state FROM facts WHERE ticket_id = @TicketId", new { fact.TicketId })
                    is { } state
                    ? Parse<TicketFact>(state)
                    : null;
                var joined = known?.Join(fact) ?? fact;
                if (joined.UserId is { } user && IsErased(c, user))
                    joined = joined with { UserId = null };
                if (joined == known)
                    return;
                Put(c, joined);
                MarkStale(c, joined);
                if (
                    known is not null
                    && (known.QueueId != joined.QueueId || RollupHour.Of(known.CreatedAt) != RollupHour.Of(joined.CreatedAt))
                )
                    MarkStale(c, known);
            },
            cancellationToken
        );

    public Task RecordQueueAsync(QueueProfile queue, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO queues (queue_id, version, state) VALUES (@QueueId, @Version, @state)
                    ON CONFLICT (queue_id) DO UPDATE SET version = excluded.version, state = excluded.state WHERE excluded.version > queues.version
                    """,
                    new
                    {
                        queue.QueueId,
                        queue.Version,
                        state = Json(queue),
                    }
                ),
            cancellationToken
        );

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("INSERT INTO erased_users (user_id) VALUES (@userId) ON CONFLICT DO NOTHING", new { userId });
                c.Execute("DELETE FROM tracked WHERE user_id = @userId", new { userId });
                var facts = c.Query<string>("SELECT state FROM facts WHERE user_id = @userId", new { userId });
                foreach (var state in facts)
                    Put(c, Parse<TicketFact>(state) with { UserId = null });
            },
            cancellationToken
        );

    public Task<QueueProfile?> FindQueueAsync(string queueId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM queues WHERE queue_id = @queueId", new { queueId }) is { } state
                    ? Parse<QueueProfile>(state)
                    : null,
            cancellationToken
        );

    public Task VisitQueueAsync(string queueId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
            {
                Visit(c, queueId, range, visit, cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<QueueProfile>> QueuesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<QueueProfile>>(
            c => [.. c.Query<string>("SELECT state FROM queues ORDER BY queue_id").Select(Parse<QueueProfile>)],
            cancellationToken
        );

    public Task<IReadOnlyList<long>> VisitRollupsAsync(
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
                    "SELECT hour, data FROM rollups WHERE queue_id = $queueId AND hour >= $from AND hour < $to ORDER BY hour";
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
                var stale = c.Query<(string QueueId, long Hour)>(
                        "SELECT queue_id, hour FROM rollups WHERE data IS NULL ORDER BY hour LIMIT @limit",
                        new { limit }
                    )
                    .ToList();
                foreach (var (queueId, hour) in stale)
                {
                    var rollup = new Rollup();
                    Visit(c, queueId, new TimeRange(RollupHour.Start(hour), RollupHour.Start(hour + 1)), rollup.Add, cancellationToken);
                    c.Execute(
                        "UPDATE rollups SET data = @data WHERE queue_id = @queueId AND hour = @hour",
                        new
                        {
                            data = rollup.Pack(),
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
                c.Execute("DELETE FROM rollups WHERE hour < @hour", new { hour });
                return c.Execute(
                    "DELETE FROM facts WHERE ticket_id IN (SELECT ticket_id FROM facts WHERE created_at < @at ORDER BY created_at LIMIT @limit)",
                    new { at = RollupHour.Start(hour).ToUnixTimeMilliseconds(), limit }
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(
        string userId,
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
                            )}
                            ORDER BY created_at DESC, ticket_id DESC LIMIT @limit
                            """,
                            new
                            {
                                userId,
                                at = after?.CreatedAt.ToUnixTimeMilliseconds(),
                                id = after?.TicketId,
                                limit = limit ?? -1,
                            }
                        )
                        .Select(Parse<TicketFact>),
                ],
            cancellationToken
        );

    public Task TrackAsync(TrackedEvent tracked, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (IsErased(c, tracked.UserId))
                    throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
                c.Execute(
                    "INSERT INTO tracked (id, user_id, state) VALUES (@Id, @UserId, @state)",
                    new
                    {
                        tracked.Id,
                        tracked.UserId,
                        state = Json(tracked),
                    }
                );
                SqliteAnswers.Add(c, answer);
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
                    ? Parse<TrackedEvent>(state).ReceivedAt
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
                                from = filter.From is { } from ? TrackedEvent.FirstId(from) : null,
                                to = filter.To is { } to ? TrackedEvent.FirstId(to) : null,
                                after,
                                limit,
                            }
                        )
                        .Select(Parse<TrackedEvent>),
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
                    ? Parse<TrackedEvent>(state)
                    : null,
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    private static bool IsErased(SqliteConnection connection, string userId) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM erased_users WHERE user_id = @userId", new { userId }) > 0;

    private static void Visit(
        SqliteConnection connection,
        string queueId,
        TimeRange range,
        Action<TicketFact> visit,
        CancellationToken cancellationToken
    )
    {
        var states = connection.Query<string>(
            "SELECT state FROM facts WHERE queue_id = @queueId AND created_at >= @from AND created_at < @to",
            new
            {
                queueId,
                from = range.From.ToUnixTimeMilliseconds(),
                to = range.To.ToUnixTimeMilliseconds(),
            },
            buffered: false
        );
        foreach (var state in states)
        {
            cancellationToken.ThrowIfCancellationRequested();
            visit(Parse<TicketFact>(state));
        }
    }

    private static void MarkStale(SqliteConnection connection, TicketFact fact) =>
        connection.Execute(
            "INSERT INTO rollups (queue_id, hour) VALUES (@QueueId, @hour) ON CONFLICT DO UPDATE SET data = NULL WHERE data IS NOT NULL",
            new { fact.QueueId, hour = RollupHour.Of(fact.CreatedAt) }
        );

    private static void Put(SqliteConnection connection, TicketFact fact) =>
        connection.Execute(
            """
            INSERT INTO facts (ticket_id, queue_id, user_id, created_at, state) VALUES (@TicketId, @QueueId, @UserId, @at, @state)
            ON CONFLICT (ticket_id) DO UPDATE SET
                queue_id = excluded.queue_id, user_id = excluded.user_id, created_at = excluded.created_at, state = excluded.state
            """,
            new
            {
                fact.TicketId,
                fact.QueueId,
                fact.UserId,
                at = fact.CreatedAt.ToUnixTimeMilliseconds(),
                state = Json(fact),
            }
        );

    private static string Json<T>(T state) => JsonSerializer.Serialize(state, JsonSerializerOptions.Web);

    private static T Parse<T>(string state) => JsonSerializer.Deserialize<T>(state, JsonSerializerOptions.Web)!;
}
