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
            throw StoreView.Later($"file {database}", version, Target);
        if (version == Target)
            return;
        await CopyAsync(version, cancellationToken);
        for (var next = version; next < Target; next++)
        {
            var (step, reached) = (steps[next], next + 1);
            await database.WriteHoweverLongAsync(
                c =>
                {
                    step.Apply(c);
                    c.Execute($"PRAGMA user_version = {reached}");
                },
                cancellationToken
            );
        }
    }

    /// <summary>
    /// The version of a file as it lies there, whether a process has it open or not; <c>null</c> where there is none or it holds nothing.
    /// Nothing is made, changed or locked.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    internal static int? Peek(string path)
    {
        if (!File.Exists(path))
            return null;
        // To read a file of the kind that has a log, SQLite makes the log where there is none; without one the file is all there is.
        var alone = new FileInfo(path + "-wal") is not { Exists: true, Length: > 0 };
        var source = alone ? new Uri(path).AbsoluteUri + "?immutable=1" : path;
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = source,
                    Mode = SqliteOpenMode.ReadOnly,
                    Pooling = false,
                    DefaultTimeout = 5,
                }.ToString()
            );
            connection.Open();
            return HoldsAnything(connection) ? Version(connection) : null;
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The file {path} cannot be read: {e.Message}", e);
        }
    }

    private static bool HoldsAnything(SqliteConnection c) => c.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master)");

    private static int Version(SqliteConnection c) => c.ExecuteScalar<int>("PRAGMA user_version");

    private async Task CopyAsync(int version, CancellationToken cancellationToken)
    {
        var copy = StoreState.SqliteCopy($"{database}", version);
        // One from an upgrade that did not get to its end.
        File.Delete(copy);
        await database.ReadAsync(
            c =>
            {
                if (!HoldsAnything(c))
                    return false;
                PrivateFiles.Open(copy, FileMode.CreateNew).Dispose();
                return c.Execute("VACUUM INTO @copy", new { copy }) == 0;
            },
            cancellationToken
        );
    }
}
