using System.Globalization;
using Dapper;
using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Appointments.Storage;

/// <summary>Calendar feeds in the service's SQLite file, each a row with its state.</summary>
internal sealed class SqliteFeedStore(SqliteDatabase database) : IFeedStore
{
    public Task AddAsync(Feed feed, StoredResponse? answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                SqliteAnswers.Add(c, answer, feed.Id);
                c.Execute(
                    """
                    INSERT INTO feeds (id, branch_id, secret_hash, created_by, state)
                    VALUES (@Id, @BranchId, @SecretHash, @CreatedBy, @state)
                    """,
                    new
                    {
                        feed.Id,
                        feed.BranchId,
                        feed.SecretHash,
                        feed.CreatedBy,
                        state = StateJson.Write(feed),
                    }
                );
            },
            cancellationToken
        );

    public async Task<Feed?> FindAsync(string feedId, CancellationToken cancellationToken) =>
        (await ManyAsync("WHERE id = @feedId", new { feedId }, cancellationToken)).SingleOrDefault();

    public async Task<Feed?> FindBySecretAsync(string secretHash, CancellationToken cancellationToken) =>
        (await ManyAsync("WHERE secret_hash = @secretHash", new { secretHash }, cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<Feed>> ListAsync(
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        ManyAsync(
            $"WHERE {(branchIds is null ? "" : "branch_id IN @branchIds AND ")}id > @after ORDER BY id LIMIT @limit",
            new
            {
                branchIds,
                after = page.After ?? "",
                limit = page.Limit + 1,
            },
            cancellationToken
        );

    public Task UseAsync(string feedId, DateOnly day, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute(
                    """
                    UPDATE feeds SET state = json_set(state, '$.lastUsedOn', @day)
                    WHERE id = @feedId AND ifnull(state ->> '$.lastUsedOn', '') < @day
                    """,
                    // As it is written in a state; the order of the text is that of the days.
                    new { feedId, day = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }
                );
            },
            cancellationToken
        );

    public Task<bool> RemoveAsync(string feedId, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("DELETE FROM feeds WHERE id = @feedId", new { feedId }) > 0, cancellationToken);

    public Task RemoveOfUserAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM feeds WHERE created_by = @userId", new { userId });
            },
            cancellationToken
        );

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        database.ReadAsync(c => SqliteAnswers.Find(c, keyHash), cancellationToken);

    private Task<IReadOnlyList<Feed>> ManyAsync(string where, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Feed>>(
            c => [.. c.Query<string>("SELECT state FROM feeds " + where, parameters).Select(StateJson.Read<Feed>)],
            cancellationToken
        );
}
