using Dapper;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Tickets.Storage;

/// <summary>The turns of lines in SQLite, in the table of the lines.</summary>
internal sealed class SqliteLineTurns(SqliteDatabase database) : ILineTurns
{
    public async Task<LineTurn?> ClaimAsync(
        DateTimeOffset now,
        DateTimeOffset until,
        DateTimeOffset furthest,
        CancellationToken cancellationToken
    )
    {
        var at = new
        {
            now = now.ToUnixTimeMilliseconds(),
            until = until.ToUnixTimeMilliseconds(),
            furthest = furthest.ToUnixTimeMilliseconds(),
        };
        const string Due = "FROM lines WHERE look_at <= @now OR look_at > @furthest";
        // Most of the time there is none, and a read costs nothing.
        if (!await database.ReadAsync(c => c.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 {Due})", at), cancellationToken))
            return null;
        return await database.WriteAsync(
            c =>
                c.QuerySingleOrDefault<(string QueueId, long DueAt)?>(
                    $"""
                    UPDATE lines SET look_at = @until WHERE queue_id = (SELECT queue_id {Due} ORDER BY look_at, queue_id LIMIT 1)
                    RETURNING queue_id, due_at
                    """,
                    at
                )
                    is { } line
                    ? new LineTurn(line.QueueId, DateTimeOffset.FromUnixTimeMilliseconds(line.DueAt), until)
                    : null,
            cancellationToken
        );
    }

    public Task EndAsync(LineTurn turn, DateTimeOffset next, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    """
                    UPDATE lines SET look_at = CASE WHEN open > 0 THEN @next END, due_at = CASE WHEN open > 0 THEN @due END
                    WHERE queue_id = @QueueId AND look_at = @until
                    """,
                    new
                    {
                        turn.QueueId,
                        until = turn.ClaimedUntil.ToUnixTimeMilliseconds(),
                        next = next.ToUnixTimeMilliseconds(),
                        due = dueAt.ToUnixTimeMilliseconds(),
                    }
                ),
            cancellationToken
        );
}
