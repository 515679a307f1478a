using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage.Backups;

/// <summary>
/// Several SQLite files as they were at one moment, while another process goes on writing them.
/// <para>
/// Why one moment: services hear of each other in both directions (tickets of queues' settings, queues of tickets), so whichever file is
/// copied first, one that was copied later may hold the effect of an event whose cause the earlier copy does not have: analytics would
/// count a ticket that does not exist, and whose number is given to somebody else. At one moment that cannot be: an effect is committed
/// after its cause. What the moment cuts off is only on its way: its event stands in the outbox of the file that caused it, pending, or
/// as dispatched and kept, and goes out again at the start on the copy, as after a crash; consumers know repeats.
/// </para>
/// <para>
/// How, without a lock that would hold up the writers: the change counter of every file is read, then a read transaction is opened on
/// every file, then every counter is read again. Where none has moved, no file was committed to between the last of the first readings
/// and the first of the second, and every transaction began in between: all show the state of that time. Where one has moved, it is tried
/// again. The transactions go on showing that state while the files are copied.
/// </para>
/// </summary>
internal sealed class SqliteFence : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Held> files;

    private SqliteFence(List<Held> files) => this.files = files;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; private set; }

    /// <summary>Opens the files as they are at one moment.</summary>
    /// <param name="paths">Files that exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StartupException">A file cannot be read, or there was no moment without a commit.</exception>
    public static async Task<SqliteFence> TakeAsync(IReadOnlyList<string> paths, TimeProvider time, CancellationToken cancellationToken)
    {
        var fence = new SqliteFence([]);
        try
        {
            foreach (var path in paths)
                fence.files.Add(new Held(path));
            var since = time.GetTimestamp();
            while (!fence.TryTake())
            {
                if (time.GetElapsedTime(since) > Patience)
                    throw new StartupException(
                        $"The stores were written to so often for {Patience.TotalSeconds:0} seconds that there was no moment to copy them at; try again later."
                    );
                // Not in step with a writer that commits at an even pace.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5)), time, cancellationToken);
            }

            return fence;
        }
        catch
        {
            fence.Dispose();
            throw;
        }
    }

    /// <summary>Copies a file, as it was at the moment, to a file that does not exist, and says of which schema version it is.</summary>
    /// <exception cref="StartupException">The file is damaged.</exception>
    public int Copy(string path, string to) => files.Single(f => f.Path == path).Copy(to);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
    }

    private bool TryTake()
    {
        Attempts++;
        foreach (var file in files)
            file.Note();
        foreach (var file in files)
            file.Begin();
        if (files.TrueForAll(f => f.IsUnchanged()))
            return true;
        foreach (var file in files)
            file.End();
        return false;
    }

    private sealed class Held : IDisposable
    {
        private readonly SqliteConnection watch;
        private readonly SqliteConnection snapshot;
        private long noted;

        public Held(string path)
        {
            Path = path;
            watch = Open(path);
            try
            {
                snapshot = Open(path);
            }
            catch
            {
                watch.Dispose();
                throw;
            }
        }

        public string Path { get; }

        public void Note() => noted = Counter();

        public void Begin()
        {
            snapshot.Execute("BEGIN DEFERRED");
            // BEGIN alone reads nothing, and so fixes nothing.
            snapshot.ExecuteScalar<int>("PRAGMA user_version");
        }

        public bool IsUnchanged() => Counter() == noted;

        public void End() => snapshot.Execute("ROLLBACK");

        public int Copy(string to)
        {
            PrivateFiles.Open(to, FileMode.CreateNew).Dispose();
            using var copy = Connect(to);
            // It is checked, and made again where this is cut short.
            copy.Execute("PRAGMA synchronous = OFF");
            snapshot.BackupDatabase(copy);
            // A single file, without a log beside it.
            copy.Execute("PRAGMA journal_mode = DELETE");
            var found = copy.ExecuteScalar<string>("PRAGMA quick_check(1)");
            return found == "ok"
                ? copy.ExecuteScalar<int>("PRAGMA user_version")
                : throw new StartupException($"The file {Path} is damaged: {found}");
        }

        public void Dispose()
        {
            snapshot.Dispose();
            watch.Dispose();
        }

        // It differs from one reading to the next where anybody else has committed in between.
        private long Counter() => watch.ExecuteScalar<long>("PRAGMA data_version");

        private static SqliteConnection Open(string path)
        {
            try
            {
                var opened = Connect(path);
                opened.Execute("PRAGMA query_only = ON");
                return opened;
            }
            catch (SqliteException e)
            {
                throw new StartupException($"The file {path} cannot be read: {e.Message}", e);
            }
        }

        private static SqliteConnection Connect(string path)
        {
            var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = path,
                    Mode = SqliteOpenMode.ReadWrite,
                    Pooling = false,
                    DefaultTimeout = 5,
                }.ToString()
            );
            connection.Open();
            return connection;
        }
    }
}
