using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>The schema of one service's file. The version is SQLite's own <c>user_version</c>, so it is committed with the step that
/// reached it.</summary>
/// <param name="service">The service.</param>
/// <param name="database">Its file.</param>
/// <param name="steps">The steps, the first to version 1.</param>
public sealed class SqliteSchema(string service, SqliteDatabase database, IReadOnlyList<SqliteStep> steps) : ISchema
{
    /// <inheritdoc/>
    public string Service => service;

    /// <inheritdoc/>
    public int Target => steps.Count;

    /// <inheritdoc/>
    public Task<int> VersionAsync(CancellationToken cancellationToken) => database.ReadAsync(Version, cancellationToken);

    /// <summary>Takes the steps that are missing. Before the first of them a copy of a file that holds something is laid beside it, as
    /// <c>NAME.db.v1</c> for version 1.</summary>
    public async Task UpgradeAsync(CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        if (version > Target)
            throw new StartupException(
                $"The file {database} is of version {version}, and this SmartQueue knows {Target} at most; start the later SmartQueue again, or restore a backup."
            );
        if (version == Target)
            return;
        await CopyAsync(version, cancellationToken);
        for (var next = version; next < Target; next++)
        {
            var (step, reached) = (steps[next], next + 1);
            await database.WriteAsync(
                c =>
                {
                    step.Apply(c);
                    c.Execute($"PRAGMA user_version = {reached}");
                },
                cancellationToken
            );
        }
    }

    private static int Version(SqliteConnection c) => c.ExecuteScalar<int>("PRAGMA user_version");

    private async Task CopyAsync(int version, CancellationToken cancellationToken)
    {
        var copy = $"{database}.v{version}";
        // One from an upgrade that did not get to its end.
        File.Delete(copy);
        await database.ReadAsync(
            c =>
            {
                if (!c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master)"))
                    return false;
                PrivateFiles.Open(copy, FileMode.CreateNew).Dispose();
                return c.Execute("VACUUM INTO @copy", new { copy }) == 0;
            },
            cancellationToken
        );
    }
}
