using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>What is known of counters in the service's SQLite file.</summary>
internal sealed class SqliteCounterStore(SqliteDatabase database) : ICounterStore
{
    public Task<Counter> SaveAsync(Counter counter, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var known = Read(c, "id = @Id", new { counter.Id }).SingleOrDefault();
                if (known?.Version >= counter.Version)
                    return known;
                return Write(c, counter.After(known));
            },
            cancellationToken
        );

    public Task<bool> FollowedAsync(Counter counter, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Read(c, "id = @Id AND version = @Version", new { counter.Id, counter.Version }) is not [var known])
                    return false;
                Write(c, known with { Former = [] });
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Counter>> FindAsync(IReadOnlyCollection<string> counterIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Counter>>(c => Read(c, "id IN @counterIds", new { counterIds }), cancellationToken);

    public Task<IReadOnlyList<Counter>> ListAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Counter>>(
            c => Read(c, "branch_id IN @branchIds AND is_deleted = 0", new { branchIds }),
            cancellationToken
        );

    private static List<Counter> Read(SqliteConnection c, string where, object parameters) =>
        [
            .. c.Query<string>($"SELECT state FROM counters WHERE {where} ORDER BY id", parameters)
                .Select(state => JsonSerializer.Deserialize<Counter>(state, JsonSerializerOptions.Web)!),
        ];

    private static Counter Write(SqliteConnection c, Counter counter)
    {
        c.Execute(
            "INSERT OR REPLACE INTO counters (id, branch_id, is_deleted, version, state) VALUES (@Id, @BranchId, @IsDeleted, @Version, @state)",
            new
            {
                counter.Id,
                counter.BranchId,
                counter.IsDeleted,
                counter.Version,
                state = JsonSerializer.Serialize(counter, JsonSerializerOptions.Web),
            }
        );
        return counter;
    }
}
