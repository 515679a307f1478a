using Dapper;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>Who is expected, in the service's SQLite file.</summary>
internal sealed class SqliteBookingStore(SqliteDatabase database) : IBookingStore
{
    public Task SaveAsync(Booking booking, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute(
                    """
                    INSERT INTO bookings (appointment_id, queue_id, start_at, expected, version)
                    VALUES (@AppointmentId, @QueueId, @start, @expected, @Version)
                    ON CONFLICT (appointment_id) DO UPDATE SET queue_id = excluded.queue_id, start_at = excluded.start_at, expected = excluded.expected,
                        version = excluded.version
                    WHERE excluded.version > bookings.version
                    """,
                    new
                    {
                        booking.AppointmentId,
                        booking.QueueId,
                        start = booking.Start.ToUnixTimeMilliseconds(),
                        expected = booking.Expected ? 1 : 0,
                        booking.Version,
                    }
                );
                c.Execute(
                    "DELETE FROM bookings WHERE queue_id = @QueueId AND start_at < @old",
                    new { booking.QueueId, old = booking.Start.AddDays(-2).ToUnixTimeMilliseconds() }
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<DateTimeOffset>> ExpectedAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<DateTimeOffset>>(
            c =>
                [
                    .. c.Query<long>(
                            """
                            SELECT start_at FROM bookings
                            WHERE queue_id = @queueId AND expected = 1 AND start_at >= @from AND start_at < @to ORDER BY start_at
                            """,
                            new
                            {
                                queueId,
                                from = from.ToUnixTimeMilliseconds(),
                                to = to.ToUnixTimeMilliseconds(),
                            }
                        )
                        .Select(DateTimeOffset.FromUnixTimeMilliseconds),
                ],
            cancellationToken
        );
}
