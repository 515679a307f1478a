using System.Text.Json;
using Dapper;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Texts in the service's SQLite file.</summary>
internal sealed class SqliteTextStore(SqliteDatabase database) : ITextStore
{
    public Task<IReadOnlyList<OwnText>> FindTextsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OwnText>>(
            c =>
                [
                    .. c.Query<string>("SELECT state FROM texts WHERE id IN @ids", new { ids })
                        .Select(state => JsonSerializer.Deserialize<OwnText>(state, JsonSerializerOptions.Web)!),
                ],
            cancellationToken
        );

    public Task SaveTextAsync(OwnText text, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute(
                    "INSERT INTO texts (id, state) VALUES (@Id, @state) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
                    new { text.Id, state = JsonSerializer.Serialize(text, JsonSerializerOptions.Web) }
                );
            },
            cancellationToken
        );

    public Task DropTextAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM texts WHERE id = @id", new { id });
            },
            cancellationToken
        );
}
