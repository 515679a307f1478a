using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>The table of answers kept for idempotency keys, in the file of the service that gave them.</summary>
public static class SqliteAnswers
{
    /// <summary>SQL that makes the table and its index where they are missing.</summary>
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS answers (key_hash TEXT PRIMARY KEY, request_hash TEXT NOT NULL, sealed BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS answers_created ON answers (created_at);
        """;

    private const int DroppedAtOnce = 1000;

    /// <summary>The step of a service's schema that lets answers be erased with what they tell of.</summary>
    public static readonly SqliteStep Step = new(
        "Answers that can be erased",
        """
        ALTER TABLE answers ADD COLUMN about TEXT NULL;
        CREATE INDEX answers_about ON answers (about) WHERE about IS NOT NULL;
        """
    );

    /// <summary>Keeps an answer within the transaction of its effect.</summary>
    /// <param name="connection">That of the transaction.</param>
    /// <param name="answer">The answer, if there is one.</param>
    /// <param name="about">The id of what it tells of, by which it is erased; only in a file that has taken <see cref="Step"/>.</param>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first; the transaction must not go
    /// on.</exception>
    public static void Add(SqliteConnection connection, StoredResponse? answer, string? about = null)
    {
        if (answer is null)
            return;
        var (column, value) = about is null ? ("", "") : (", about", ", @about");
        var added = connection.Execute(
            $"""
            INSERT INTO answers (key_hash, request_hash, sealed, created_at{column}) VALUES (@KeyHash, @RequestHash, @Sealed, @CreatedAt{value})
            ON CONFLICT DO NOTHING
            """,
            new
            {
                answer.KeyHash,
                answer.RequestHash,
                answer.Sealed,
                CreatedAt = answer.CreatedAt.ToUnixTimeMilliseconds(),
                about,
            }
        );
        if (added == 0)
            throw new DuplicateIdempotencyKeyException();
    }

    /// <summary>The answer kept under a key hash.</summary>
    public static StoredResponse? Find(SqliteConnection connection, string keyHash)
    {
        var row = connection.QuerySingleOrDefault<(string KeyHash, string RequestHash, byte[] Sealed, long CreatedAt)?>(
            "SELECT key_hash, request_hash, sealed, created_at FROM answers WHERE key_hash = @keyHash",
            new { keyHash }
        );
        return row is { } r
            ? new StoredResponse(r.KeyHash, r.RequestHash, r.Sealed, DateTimeOffset.FromUnixTimeMilliseconds(r.CreatedAt))
            : null;
    }

    /// <summary>Erases what the answers about some things say, within the transaction that erases those.</summary>
    /// <param name="connection">That of the transaction.</param>
    /// <param name="about">Their ids, as a JSON array.</param>
    public static void Erase(SqliteConnection connection, string about) =>
        connection.Execute("UPDATE answers SET sealed = x'' WHERE about IN (SELECT value FROM json_each(@about))", new { about });

    /// <summary>Drops what was kept before <paramref name="before"/>, UTC.</summary>
    internal static async Task DropAsync(SqliteDatabase database, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // A thousand a transaction, so that a day's answers that end at once hold up no one.
        while (
            await database.WriteAsync(
                c =>
                    c.Execute(
                        "DELETE FROM answers WHERE key_hash IN (SELECT key_hash FROM answers WHERE created_at < @before LIMIT @limit)",
                        new { before = before.ToUnixTimeMilliseconds(), limit = DroppedAtOnce }
                    ),
                cancellationToken
            ) == DroppedAtOnce
        )
        {
            // There may be more.
        }
    }
}
