using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Queue definitions in the service's SQLite file.</summary>
internal sealed class SqliteQueueStore(SqliteDatabase database) : IQueueStore
{
    public Task AddAsync(QueueChange change, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer);
                RequireBranch(c, change.Next);
                RequireFree(c, change);
                c.Execute(
                    "INSERT INTO queues (id, branch_id, is_active, version, state) VALUES (@Id, @BranchId, @active, @Version, @state)",
                    Row(change.Next)
                );
                Take(c, change);
                SqliteOutbox.Append(c, change.Event);
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(QueueChange change, long expectedVersion, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                var row = new DynamicParameters(Row(change.Next));
                row.Add("expectedVersion", expectedVersion);
                if (
                    c.Execute(
                        "UPDATE queues SET is_active = @active, version = @Version, state = @state WHERE id = @Id AND version = @expectedVersion",
                        row
                    ) == 0
                )
                    return false;
                RequireFree(c, change);
                Take(c, change);
                SqliteOutbox.Append(c, change.Event);
                SqliteAnswers.Add(c, answer);
                return true;
            },
            cancellationToken
        );

    public Task<bool> DeleteAsync(QueueChange change, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (
                    c.Execute("DELETE FROM queues WHERE id = @Id AND version = @expectedVersion", new { change.Next.Id, expectedVersion })
                    == 0
                )
                    return false;
                SqliteOutbox.Append(c, change.Event);
                return true;
            },
            cancellationToken
        );

    public Task<Queue?> FindAsync(string queueId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.QuerySingleOrDefault<string>("SELECT state FROM queues WHERE id = @queueId", new { queueId }) is { } state
                    ? Read(state)
                    : null,
            cancellationToken
        );

    public Task<IReadOnlyList<Queue>> ListAsync(bool? active, string? branchId, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Queue>>(
            c =>
                [
                    .. c.Query<string>(
                            $"""
                            SELECT state FROM queues WHERE {(
                                branchId is null ? "" : "branch_id = @branchId AND "
                            )}(@active IS NULL OR is_active = @active) AND (@After IS NULL OR id > @After) ORDER BY id LIMIT @limit
                            """,
                            new
                            {
                                active,
                                branchId,
                                page.After,
                                limit = page.Limit + 1,
                            }
                        )
                        .Select(Read),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<Queue>> FindAsync(IReadOnlyCollection<string> queueIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Queue>>(
            c => [.. c.Query<string>("SELECT state FROM queues WHERE id IN @queueIds ORDER BY id", new { queueIds }).Select(Read)],
            cancellationToken
        );

    public Task<ILookup<string, string>> PrefixesAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c =>
                c.Query<(string BranchId, string Prefix)>(
                        "SELECT DISTINCT branch_id, state ->> '$.definition.prefix' FROM queues WHERE branch_id IN @branchIds",
                        new { branchIds }
                    )
                    .ToLookup(p => p.BranchId, p => p.Prefix),
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    private static void RequireBranch(SqliteConnection c, Queue queue)
    {
        if (!c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM branches WHERE id = @BranchId)", new { queue.Definition.BranchId }))
            throw BranchRefusals.NoBranch();
    }

    // Apart from the state, so that queues that shared a prefix before there was such a rule go on without it, all but the first.
    private static void Take(SqliteConnection c, QueueChange change)
    {
        if (change.Takes is { } prefix)
            c.Execute("UPDATE queues SET prefix_key = @prefix WHERE id = @Id", new { prefix, change.Next.Id });
    }

    // One writer at a time: what it reads here holds until it commits.
    private static void RequireFree(SqliteConnection c, QueueChange change)
    {
        if (change.Takes is not { } prefix)
            return;
        var by = c.QueryFirstOrDefault<string>(
            "SELECT state ->> '$.definition.name' FROM queues WHERE branch_id = @BranchId AND state ->> '$.definition.prefix' = @prefix AND id <> @Id ORDER BY id",
            new
            {
                change.Next.Definition.BranchId,
                prefix,
                change.Next.Id,
            }
        );
        if (by is not null)
            throw Prefixes.Taken(prefix, by);
    }

    private static object Row(Queue queue) =>
        new
        {
            queue.Id,
            queue.Definition.BranchId,
            active = queue.Definition.IsActive,
            queue.Version,
            state = JsonSerializer.Serialize(queue, JsonSerializerOptions.Web),
        };

    private static Queue Read(string state) => JsonSerializer.Deserialize<Queue>(state, JsonSerializerOptions.Web)!;
}
