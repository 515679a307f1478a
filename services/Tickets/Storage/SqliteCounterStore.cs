using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>Counters in the service's SQLite file, beside the tickets they hold.</summary>
internal sealed class SqliteCounterStore(SqliteDatabase database) : ICounterStore
{
    private const int SqliteConstraint = 19;

    public Task AddAsync(CounterChange change, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer);
                Write(
                    c,
                    "INSERT INTO counters (id, branch_id, name, version, state) VALUES (@Id, @BranchId, @Name, @Version, @state)",
                    change.Next
                );
                SqliteOutbox.Append(c, change.Event);
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(CounterChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var next = change.Next;
                if (
                    !c.ExecuteScalar<bool>(
                        "SELECT EXISTS (SELECT 1 FROM counters WHERE id = @Id AND version = @expectedVersion)",
                        new { next.Id, expectedVersion }
                    )
                )
                    return false;
                Write(
                    c,
                    next.DeletedAt is null
                        ? "UPDATE counters SET name = @Name, version = @Version, state = @state WHERE id = @Id"
                        : "DELETE FROM counters WHERE id = @Id",
                    next
                );
                SqliteOutbox.Append(c, change.Event);
                SqliteAnswers.Add(c, answer);
                return true;
            },
            cancellationToken
        );

    public Task<Counter?> FindAsync(string counterId, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "WHERE id = @counterId", new { counterId }), cancellationToken);

    public Task<Counter?> FindByNameAsync(string branchId, string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => One(c, "WHERE branch_id = @branchId AND name = @name", new { branchId, name }), cancellationToken);

    public Task<IReadOnlyList<Counter>> ListAsync(
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<Counter>>(
            c =>
                [
                    .. c.Query<string>(
                            $"SELECT state FROM counters WHERE (@After IS NULL OR id > @After) {(branchIds is null ? "" : "AND branch_id IN @branchIds")} ORDER BY id LIMIT @limit",
                            new
                            {
                                branchIds,
                                page.After,
                                limit = page.Limit + 1,
                            }
                        )
                        .Select(Read),
                ],
            cancellationToken
        );

    public Task SaveBranchAsync(string branchId, long version, bool there, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO branches (id, version, there) VALUES (@branchId, @version, @there)
                    ON CONFLICT (id) DO UPDATE SET version = excluded.version, there = excluded.there WHERE excluded.version > branches.version
                    """,
                    new
                    {
                        branchId,
                        version,
                        there,
                    }
                ),
            cancellationToken
        );

    public Task<bool> KnowsBranchAsync(string branchId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM branches WHERE id = @branchId AND there = 1)", new { branchId }),
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    private static void Write(SqliteConnection c, string sql, Counter counter)
    {
        try
        {
            c.Execute(
                sql,
                new
                {
                    counter.Id,
                    counter.BranchId,
                    counter.Name,
                    counter.Version,
                    state = JsonSerializer.Serialize(counter, JsonSerializerOptions.Web),
                }
            );
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode == SqliteConstraint && e.Message.Contains("counters.name", StringComparison.Ordinal))
        {
            throw new NameTakenException();
        }
    }

    private static Counter? One(SqliteConnection c, string where, object parameters) =>
        c.QuerySingleOrDefault<string>("SELECT state FROM counters " + where, parameters) is { } state ? Read(state) : null;

    private static Counter Read(string state) => JsonSerializer.Deserialize<Counter>(state, JsonSerializerOptions.Web)!;
}
