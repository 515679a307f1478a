using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;

namespace SmartQueue.Notifications;

/// <summary>Notifications in the service's SQLite file.</summary>
internal sealed class SqliteNotificationStore(SqliteDatabase database) : INotificationStore, IStore
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS notifications (
            id TEXT PRIMARY KEY,
            event_id TEXT NOT NULL,
            type TEXT NOT NULL,
            user_id TEXT NULL,
            status TEXT NOT NULL,
            state TEXT NOT NULL,
            UNIQUE (event_id, type)) STRICT;
        CREATE INDEX IF NOT EXISTS notifications_user ON notifications (user_id, id);
        CREATE TABLE IF NOT EXISTS preferences (user_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS erased_users (user_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        """;

    public Task PrepareAsync(CancellationToken cancellationToken) => database.WriteAsync(c => c.Execute(Schema), cancellationToken);

    public Task<bool> AddAsync(Notification notification, CancellationToken cancellationToken) => database.WriteAsync(
        c =>
        {
            if (notification.UserId is { } user && IsErased(c, user)) return false;
            var added = c.Execute(
                """
                INSERT INTO notifications (id, event_id, type, user_id, status, state) VALUES (@Id, @EventId, @Type, @UserId, @Status, @state)
                ON CONFLICT (event_id, type) DO NOTHING
                """,
                new { notification.Id, notification.EventId, notification.Type, notification.UserId, notification.Status, state = Json(notification) });
            if (added > 0) SqliteOutbox.Append(c, notification.Announcement());
            return added > 0;
        },
        cancellationToken);

    public Task<IReadOnlyList<Notification>> ListAsync(NotificationFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var conditions = new List<string> { "1" };
        if (filter.UserId is not null) conditions.Add("user_id = @UserId");
        if (filter.Type is not null) conditions.Add("type = @Type");
        if (filter.Status is not null) conditions.Add("status = @Status");
        if (after is not null) conditions.Add("id < @after");
        var sql = $"SELECT state FROM notifications WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit";
        return database.ReadAsync<IReadOnlyList<Notification>>(
            c => [.. c.Query<string>(sql, new { filter.UserId, filter.Type, filter.Status, after, limit }).Select(Parse<Notification>)], cancellationToken);
    }

    public Task<Preferences?> FindPreferencesAsync(string userId, CancellationToken cancellationToken) => database.ReadAsync(
        c => c.QuerySingleOrDefault<string>("SELECT state FROM preferences WHERE user_id = @userId", new { userId }) is { } state ? Parse<Preferences>(state) : null,
        cancellationToken);

    public Task SavePreferencesAsync(string userId, Preferences preferences, CancellationToken cancellationToken) => database.WriteAsync(
        c =>
        {
            if (IsErased(c, userId)) throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
            c.Execute(
                "INSERT INTO preferences (user_id, state) VALUES (@userId, @state) ON CONFLICT (user_id) DO UPDATE SET state = excluded.state",
                new { userId, state = Json(preferences) });
        },
        cancellationToken);

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) => database.WriteAsync(
        c =>
        {
            c.Execute("INSERT INTO erased_users (user_id) VALUES (@userId) ON CONFLICT DO NOTHING", new { userId });
            c.Execute("DELETE FROM notifications WHERE user_id = @userId", new { userId });
            c.Execute("DELETE FROM preferences WHERE user_id = @userId", new { userId });
        },
        cancellationToken);

    private static bool IsErased(SqliteConnection connection, string userId) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM erased_users WHERE user_id = @userId", new { userId }) > 0;

    private static string Json<T>(T state) => JsonSerializer.Serialize(state, JsonSerializerOptions.Web);

    private static T Parse<T>(string state) => JsonSerializer.Deserialize<T>(state, JsonSerializerOptions.Web)!;
}
