using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Branches in the service's SQLite file, beside the queues: whether a branch has any is asked in the transaction that deletes
/// it.</summary>
internal sealed class SqliteBranchStore(SqliteDatabase database) : IBranchStore
{
    public Task AddAsync(BranchChange change, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer);
                Add(c, change);
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Version(c, change.Next.Id) != expectedVersion)
                    return false;
                RequireFree(c, change.Next);
                c.Execute("UPDATE branches SET slug = @Slug, version = @Version, state = @state WHERE id = @Id", Row(change.Next));
                SqliteOutbox.Append(c, change.Event);
                return true;
            },
            cancellationToken
        );

    public Task<bool> DeleteAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Version(c, change.Next.Id) != expectedVersion)
                    return false;
                if (c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM queues WHERE branch_id = @Id)", new { change.Next.Id }))
                    throw BranchRefusals.HasQueues();
                c.Execute("DELETE FROM branches WHERE id = @Id", new { change.Next.Id });
                SqliteOutbox.Append(c, change.Event);
                return true;
            },
            cancellationToken
        );

    public Task<Branch?> FindAsync(string branchId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => Read(c.QuerySingleOrDefault<string>("SELECT state FROM branches WHERE id = @branchId", new { branchId })),
            cancellationToken
        );

    public Task<Branch?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => Read(c.QuerySingleOrDefault<string>("SELECT state FROM branches WHERE slug = @slug", new { slug })),
            cancellationToken
        );

    public Task<IReadOnlyList<Branch>> FindAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Branch>>(
            c =>
                [
                    .. c.Query<string>("SELECT state FROM branches WHERE id IN @branchIds ORDER BY id", new { branchIds })
                        .Select(Read)
                        .OfType<Branch>(),
                ],
            cancellationToken
        );

    public Task<IReadOnlyList<Branch>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Branch>>(
            c =>
                [
                    .. c.Query<string>(
                            "SELECT state FROM branches WHERE @After IS NULL OR id > @After ORDER BY id LIMIT @limit",
                            new { page.After, limit = page.Limit + 1 }
                        )
                        .Select(Read)
                        .OfType<Branch>(),
                ],
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    /// <summary>Adds a branch within a transaction.</summary>
    /// <exception cref="SlugTakenException">Another branch has the slug.</exception>
    internal static void Add(SqliteConnection c, BranchChange change)
    {
        RequireFree(c, change.Next);
        c.Execute("INSERT INTO branches (id, slug, version, state) VALUES (@Id, @Slug, @Version, @state)", Row(change.Next));
        SqliteOutbox.Append(c, change.Event);
    }

    private static long? Version(SqliteConnection c, string branchId) =>
        c.QuerySingleOrDefault<long?>("SELECT version FROM branches WHERE id = @branchId", new { branchId });

    private static void RequireFree(SqliteConnection c, Branch branch)
    {
        if (
            c.ExecuteScalar<bool>(
                "SELECT EXISTS (SELECT 1 FROM branches WHERE slug = @Slug AND id <> @Id)",
                new { branch.Definition.Slug, branch.Id }
            )
        )
            throw new SlugTakenException();
    }

    private static object Row(Branch branch) =>
        new
        {
            branch.Id,
            branch.Definition.Slug,
            branch.Version,
            state = JsonSerializer.Serialize(branch, JsonSerializerOptions.Web),
        };

    private static Branch? Read(string? state) =>
        state is null ? null : JsonSerializer.Deserialize<Branch>(state, JsonSerializerOptions.Web);
}
