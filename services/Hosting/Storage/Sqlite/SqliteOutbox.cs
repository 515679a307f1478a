using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;
using SQLitePCL;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>The outbox table of one service's file. The file belongs to one process, so a claim needs no lease.</summary>
public sealed class SqliteOutbox : IOutbox
{
    /// <summary>Makes the table; part of the first step of a service's schema.</summary>
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL,
            aggregate_id TEXT NOT NULL,
            event_type TEXT NOT NULL,
            payload TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            trace_parent TEXT NULL,
            published_at INTEGER NULL) STRICT;
        CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq) WHERE published_at IS NULL;
        CREATE INDEX IF NOT EXISTS outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
        """;

    private const int DroppedAtOnce = 1000;

    // While a broker is away they wait in the table alone.
    private const int MostHeld = 4096;

    private readonly SqliteDatabase database;
    private readonly TimeProvider time;

    // Up to here all of it has been published, as this process alone knows. What is kept aside need not be marked then: one that comes
    // after it publishes again whatever is in the table.
    private long publishedUpTo;

    // Just committed by this process, oldest first, so that it need not be read back: all that comes after `heldFrom` in the table, of which
    // a part may be published.
    private readonly Lock gate = new();
    private readonly Queue<OutboxEntry> held = new();
    private long heldFrom = long.MaxValue;

    // The last of a claim of all there was, and how many they were.
    private (long Last, int Count) claimed;

    /// <summary>An outbox over the table in <paramref name="database"/>, which tells it of every commit.</summary>
    public SqliteOutbox(string name, SqliteDatabase database, TimeProvider time)
    {
        Name = name;
        this.database = database;
        this.time = time;
        database.OutboxChanged += Hold;
        database.Committed += () => Appended?.Invoke();
    }

    /// <inheritdoc/>
    public event Action? Appended;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Adds events within the transaction of their change. Call it only from <see cref="SqliteDatabase.WriteAsync{T}"/>.</summary>
    public static void Append(SqliteConnection connection, params IEnumerable<IEvent> events)
    {
        foreach (var change in events)
        {
            var entry = OutboxEntry.Of(change);
            connection.Execute(
                "INSERT INTO outbox (event_id, aggregate_id, event_type, payload, occurred_at, trace_parent) VALUES (@EventId, @AggregateId, @EventType, @Payload, @OccurredAt, @TraceParent)",
                new
                {
                    entry.EventId,
                    entry.AggregateId,
                    entry.EventType,
                    entry.Payload,
                    OccurredAt = entry.OccurredAt.ToUnixTimeMilliseconds(),
                    entry.TraceParent,
                }
            );
            if (connection is PreparingConnection writer)
                writer.Outbox.Add(entry with { Sequence = raw.sqlite3_last_insert_rowid(connection.Handle) });
        }
    }

    /// <summary>Changes or drops what is in the table within the transaction of a change, as where somebody is erased. Nothing else may.
    /// Call it only from <see cref="SqliteDatabase.WriteAsync{T}"/>.</summary>
    public static void Rewrite(SqliteConnection connection, string sql, object parameters)
    {
        connection.Execute(sql, parameters);
        if (connection is PreparingConnection writer)
            writer.Outbox.Rewrite();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxEntry>> ClaimAsync(
        int limit,
        IReadOnlyCollection<string> except,
        CancellationToken cancellationToken
    )
    {
        if (except.Count == 0 && TakeHeld(limit) is { Count: > 0 } fresh)
        {
            claimed = (fresh[^1].Sequence, fresh.Count);
            return fresh;
        }

        var from = Volatile.Read(ref publishedUpTo);
        var entries = await database.ReadAsync<IReadOnlyList<OutboxEntry>>(
            c =>
                [
                    .. c.Query<Row>(
                            $"""
                            SELECT seq, event_id AS EventId, aggregate_id AS AggregateId, event_type AS EventType, payload, occurred_at AS OccurredAt, trace_parent AS TraceParent
                            FROM outbox WHERE published_at IS NULL AND seq > @from {(
                                except.Count == 0 ? "" : "AND aggregate_id NOT IN @except"
                            )} ORDER BY seq LIMIT @limit
                            """,
                            new
                            {
                                limit,
                                except,
                                from,
                            }
                        )
                        .Select(r => r.Entry()),
                ],
            cancellationToken
        );
        claimed = except.Count == 0 && entries.Count > 0 ? (entries[^1].Sequence, entries.Count) : default;
        return entries;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(IReadOnlyList<OutboxEntry> published, bool keep, CancellationToken cancellationToken)
    {
        var isWhole = published.Count == claimed.Count;
        // Of those that are held, some are published then and some are not.
        if (!isWhole)
            Drop();
        if (!keep)
            await ForgetAsync(published, cancellationToken);
        else if (!isWhole)
            await KeepAsideAsync(published, cancellationToken);
        if (isWhole)
            Volatile.Write(ref publishedUpTo, claimed.Last);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(IReadOnlyList<OutboxEntry> unpublished, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<int> ReopenAsync(CancellationToken cancellationToken)
    {
        var pending = await database.WriteAsync(
            c =>
            {
                c.Execute("UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL");
                return c.ExecuteScalar<int>("SELECT count(*) FROM outbox");
            },
            cancellationToken
        );
        Volatile.Write(ref publishedUpTo, 0);
        Drop();
        claimed = default;
        return pending;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(IReadOnlyList<OutboxEntry> handled, CancellationToken cancellationToken)
    {
        // Some at a time: a backlog would hold up who takes a number.
        foreach (var some in handled.Select(e => e.Sequence).Order().Chunk(DroppedAtOnce))
            await database.WriteUnguardedAsync(
                c =>
                {
                    foreach (var (first, last) in Ranges(some))
                        c.Execute("DELETE FROM outbox WHERE seq BETWEEN @first AND @last", new { first, last });
                },
                cancellationToken
            );
    }

    /// <inheritdoc/>
    public Task<OutboxDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        var from = Volatile.Read(ref publishedUpTo);
        return database.ReadAsync(
            c =>
            {
                var (pending, oldest) = c.QuerySingle<(long, long?)>(
                    "SELECT count(*), min(occurred_at) FROM outbox WHERE published_at IS NULL AND seq > @from",
                    new { from }
                );
                return new OutboxDepth(pending, oldest is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
            },
            cancellationToken
        );
    }

    private Task KeepAsideAsync(IReadOnlyList<OutboxEntry> published, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteUnguardedAsync(
            c => c.Execute("UPDATE outbox SET published_at = @now WHERE seq = @Sequence", published.Select(e => new { now, e.Sequence })),
            cancellationToken
        );
    }

    private void Hold(OutboxChanges changes)
    {
        var added = changes.Added;
        lock (gate)
        {
            if (changes.IsRewritten || held.Count + added.Count > MostHeld)
            {
                Drop();
                return;
            }

            if (added.Count > 0 && heldFrom == long.MaxValue)
                heldFrom = added[0].Sequence - 1;
            foreach (var entry in added)
                held.Enqueue(entry);
        }
    }

    // None where some that come first are known to the table alone.
    private List<OutboxEntry> TakeHeld(int limit)
    {
        lock (gate)
        {
            while (held.TryPeek(out var oldest) && oldest.Sequence <= publishedUpTo)
                held.Dequeue();
            return publishedUpTo >= heldFrom ? [.. held.Take(limit)] : [];
        }
    }

    // The table has them all.
    private void Drop()
    {
        lock (gate)
        {
            held.Clear();
            heldFrom = long.MaxValue;
        }
    }

    private static IEnumerable<(long First, long Last)> Ranges(long[] ordered)
    {
        var first = 0;
        for (var i = 1; i <= ordered.Length; i++)
        {
            if (i < ordered.Length && ordered[i] == ordered[i - 1] + 1)
                continue;
            yield return (ordered[first], ordered[i - 1]);
            first = i;
        }
    }

    private sealed class Row
    {
        public long Seq { get; init; }

        public required string EventId { get; init; }

        public required string AggregateId { get; init; }

        public required string EventType { get; init; }

        public required string Payload { get; init; }

        public long OccurredAt { get; init; }

        public string? TraceParent { get; init; }

        public OutboxEntry Entry() =>
            new(EventId, AggregateId, EventType, Payload, DateTimeOffset.FromUnixTimeMilliseconds(OccurredAt), TraceParent)
            {
                Sequence = Seq,
            };
    }
}
