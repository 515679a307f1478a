using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>The tickets of all lines in the service's SQLite file.</summary>
internal sealed class SqliteLineStore(SqliteDatabase database) : ILineStore
{
    private const int DropAtOnce = 500;

    public Task SaveAsync(LineTicket ticket, CancellationToken cancellationToken) =>
        database.WriteUnguardedAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO line_tickets VALUES (
                        @Id, @QueueId, @TicketNumber, @Number, @Status, @Priority, @Ord, @Counter, @CreatedAt, @QueuedAt, @CalledAt, @ClosedAt, @WaitMs, @ServiceMs, @Version)
                    ON CONFLICT (id) DO UPDATE SET
                        queue_id = excluded.queue_id, ticket_number = excluded.ticket_number, number = excluded.number, status = excluded.status,
                        priority = excluded.priority, ord = excluded.ord, counter = excluded.counter, created_at = excluded.created_at,
                        queued_at = excluded.queued_at, called_at = excluded.called_at, closed_at = excluded.closed_at,
                        wait_ms = excluded.wait_ms, service_ms = excluded.service_ms, version = excluded.version
                    WHERE excluded.version > line_tickets.version
                    """,
                    Row.Of(ticket)
                ),
            cancellationToken
        );

    public Task<IReadOnlyDictionary<string, LineFigures>> ReadAsync(
        IReadOnlyCollection<LineQuery> queries,
        CancellationToken cancellationToken
    ) =>
        database.ReadTogetherAsync<IReadOnlyDictionary<string, LineFigures>>(
            c => queries.ToDictionary(q => q.QueueId, q => Read(c, q)),
            cancellationToken
        );

    public Task DropQueueAsync(string queueId, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("DELETE FROM line_tickets WHERE queue_id = @queueId", new { queueId }), cancellationToken);

    public Task<int> DropClosedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    "DELETE FROM line_tickets WHERE id IN (SELECT id FROM line_tickets WHERE closed_at < @before ORDER BY closed_at LIMIT @DropAtOnce)",
                    new { before = before.ToUnixTimeMilliseconds(), DropAtOnce }
                ),
            cancellationToken
        );

    private static LineFigures Read(SqliteConnection c, LineQuery query)
    {
        var at = new
        {
            query.QueueId,
            start = query.DayStart.ToUnixTimeMilliseconds(),
            since = query.CountersSince.ToUnixTimeMilliseconds(),
        };
        var waiting = c.Query<(string Id, long QueuedAt)>(
                """
                SELECT id, queued_at FROM line_tickets WHERE queue_id = @QueueId AND closed_at IS NULL AND status = 'Waiting'
                ORDER BY coalesce(ord, 9223372036854775807), created_at, number, id
                """,
                at
            )
            .AsList();
        var others = c.Query<Row>(
            """
            SELECT id AS Id, queue_id AS QueueId, ticket_number AS TicketNumber, number AS Number, status AS Status, priority AS Priority, ord AS Ord, counter AS Counter,
                created_at AS CreatedAt, queued_at AS QueuedAt, called_at AS CalledAt, closed_at AS ClosedAt, wait_ms AS WaitMs, service_ms AS ServiceMs, version AS Version
            FROM line_tickets WHERE queue_id = @QueueId AND closed_at IS NULL AND status <> 'Waiting'
            """,
            at
        );
        var closed = c.Query<(string Status, int Count, int Services, long ServiceMs)>(
                """
                SELECT status, count(*), count(service_ms), coalesce(sum(service_ms), 0)
                FROM line_tickets WHERE queue_id = @QueueId AND closed_at >= @start GROUP BY status
                """,
                at
            )
            .ToDictionary(r => Enum.Parse<TicketStatus>(r.Status));
        var (waits, waitMs) = c.QuerySingle<(int, long)>(
            "SELECT count(wait_ms), coalesce(sum(wait_ms), 0) FROM line_tickets WHERE queue_id = @QueueId AND called_at >= @start",
            at
        );
        var served = closed.GetValueOrDefault(TicketStatus.Served);
        return new LineFigures
        {
            Waiting = [.. waiting.Select(w => w.Id)],
            WaitingSince = waiting.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(waiting.Min(w => w.QueuedAt)),
            Others = [.. others.Select(r => r.Ticket())],
            CurrentNumber = c.QueryFirstOrDefault<string>(
                "SELECT ticket_number FROM line_tickets WHERE queue_id = @QueueId AND called_at >= @start ORDER BY called_at DESC, number DESC, id DESC LIMIT 1",
                at
            ),
            ServedToday = served.Count,
            CancelledToday = closed.GetValueOrDefault(TicketStatus.Cancelled).Count,
            NoShowToday = closed.GetValueOrDefault(TicketStatus.NoShow).Count,
            Waits = waits,
            WaitMs = waitMs,
            Services = served.Services,
            ServiceMs = served.ServiceMs,
            RecentCounters =
            [
                .. c.Query<string>(
                    "SELECT DISTINCT counter FROM line_tickets WHERE queue_id = @QueueId AND closed_at >= @since AND counter IS NOT NULL ORDER BY counter",
                    at
                ),
            ],
        };
    }

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string QueueId { get; init; }

        public required string TicketNumber { get; init; }

        public required long Number { get; init; }

        public required string Status { get; init; }

        public required long Priority { get; init; }

        public long? Ord { get; init; }

        public string? Counter { get; init; }

        public required long CreatedAt { get; init; }

        public required long QueuedAt { get; init; }

        public long? CalledAt { get; init; }

        public long? ClosedAt { get; init; }

        public long? WaitMs { get; init; }

        public long? ServiceMs { get; init; }

        public required long Version { get; init; }

        public static Row Of(LineTicket ticket) =>
            new()
            {
                Id = ticket.Id,
                QueueId = ticket.QueueId,
                TicketNumber = ticket.TicketNumber,
                Number = ticket.Number,
                Status = ticket.Status.ToString(),
                Priority = ticket.Priority,
                Ord = ticket.Order,
                Counter = ticket.Counter,
                CreatedAt = ticket.CreatedAt.ToUnixTimeMilliseconds(),
                QueuedAt = ticket.QueuedAt.ToUnixTimeMilliseconds(),
                CalledAt = ticket.CalledAt?.ToUnixTimeMilliseconds(),
                ClosedAt = ticket.ClosedAt?.ToUnixTimeMilliseconds(),
                WaitMs = ticket.WaitMs,
                ServiceMs = ticket.ServiceMs,
                Version = ticket.Version,
            };

        public LineTicket Ticket() =>
            new()
            {
                Id = Id,
                QueueId = QueueId,
                TicketNumber = TicketNumber,
                Number = (int)Number,
                Status = Enum.Parse<TicketStatus>(Status),
                Priority = (int)Priority,
                Order = Ord,
                Counter = Counter,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                QueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(QueuedAt),
                CalledAt = Time(CalledAt),
                ClosedAt = Time(ClosedAt),
                WaitMs = WaitMs,
                ServiceMs = ServiceMs,
                Version = Version,
            };

        private static DateTimeOffset? Time(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
