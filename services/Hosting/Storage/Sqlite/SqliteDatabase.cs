using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Settings;
using SQLitePCL;

namespace SmartQueue.Hosting.Storage.Sqlite;

/// <summary>
/// One service's SQLite file. All changes go through one writer that commits those of concurrent requests together
/// (group commit), each within a savepoint of its own, so that durability costs one disk flush a batch and a failing
/// change fails alone. Reads run beside it on the last committed state (WAL).
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxBatch = 256;
    private const int MaxQueued = 8192;

    // KiB, taken as they are needed. The writer goes through every index there is; a reader is one of several.
    private const int WriterCache = 16 * 1024;
    private const int ReaderCache = 2 * 1024;

    // Whoever would wait longer had better be told, and repeat it.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private const int SqliteNotADatabase = 26;
    private const int SqliteCorrupt = 11;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly string connectionString;
    private readonly string path;
    private readonly string synchronous;
    private readonly TimeSpan longestWait;
    private readonly Channel<Change> changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });

    private readonly ConcurrentBag<SqliteConnection> readers = [];
    private readonly FileStream owner;
    private readonly PreparingConnection connection;
    private readonly Task writer;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lasting">Whether what was accepted must be there after a loss of power, which is waited for.</param>
    /// <param name="longestWait">How long anybody waits for a change; 10 seconds if absent.</param>
    /// <exception cref="StartupException">The folder cannot be written, another process has the file, or it is damaged.</exception>
    public SqliteDatabase(string path, bool lasting = true, TimeSpan? longestWait = null)
    {
        this.path = path;
        this.longestWait = longestWait ?? LongestWait;
        synchronous = lasting ? "FULL" : "OFF";
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString();
        owner = Lock(path);
        try
        {
            connection = Open(WriterCache);
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
        }
        catch (SqliteException e)
        {
            owner.Dispose();
            throw new StartupException(
                e.SqliteErrorCode is SqliteNotADatabase or SqliteCorrupt
                    ? $"The file {path} is damaged; put a copy from a backup in its place, or move it away to start again."
                    : $"The file {path} cannot be opened for writing: {e.Message}",
                e
            );
        }

        writer = Task.Run(WriteLoopAsync);
    }

    /// <summary>Raised after a commit. Handlers must be quick.</summary>
    public event Action? Committed;

    /// <summary>Raised before <see cref="Committed"/>, with what the transaction did to the outbox, which is of use only until the handler
    /// returns.</summary>
    internal event Action<OutboxChanges>? OutboxChanged;

    /// <summary>Runs <paramref name="change"/> in a transaction and returns its result once that is on disk.</summary>
    /// <param name="change">Runs on the writer's thread: no waiting in it. If it throws, what it did is undone.</param>
    /// <param name="cancellationToken">Takes the change back while it has not begun; later it has no effect.</param>
    /// <exception cref="TimeoutException">The disk is too slow. The change is not made if it had not begun; else it may be.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellationToken) =>
        WriteWithinAsync(new Change<T>(change, cancellationToken), longestWait, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<SqliteConnection> change, CancellationToken cancellationToken) =>
        WriteAsync(Done(change), cancellationToken);

    /// <summary>The same for a change that has no reason of its own to fail once it has written something. It costs a third less, since what
    /// it does is not kept apart from what is committed with it: if it does fail then, all of that fails.</summary>
    public Task<T> WriteUnguardedAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellationToken) =>
        WriteWithinAsync(new Change<T>(change, cancellationToken) { IsUnguarded = true }, longestWait, cancellationToken);

    /// <inheritdoc cref="WriteUnguardedAsync{T}"/>
    public Task WriteUnguardedAsync(Action<SqliteConnection> change, CancellationToken cancellationToken) =>
        WriteUnguardedAsync(Done(change), cancellationToken);

    /// <summary>The same as <see cref="WriteAsync{T}"/>, however long it takes: for a change of the schema, which goes through all there is.</summary>
    public Task WriteHoweverLongAsync(Action<SqliteConnection> change, CancellationToken cancellationToken) =>
        WriteWithinAsync(new Change<bool>(Done(change), cancellationToken), Timeout.InfiniteTimeSpan, cancellationToken);

    private async Task<T> WriteWithinAsync<T>(Change<T> pending, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            if (!changes.Writer.TryWrite(pending))
                await changes.Writer.WriteAsync(pending, cancellationToken).AsTask().WaitAsync(limit, cancellationToken);
            return await pending.Completion.WaitAsync(limit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            pending.GiveUp();
            throw;
        }
    }

    private static Func<SqliteConnection, bool> Done(Action<SqliteConnection> change) =>
        c =>
        {
            change(c);
            return true;
        };

    /// <summary>Runs a query on the last committed state.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!readers.TryTake(out var reader))
            reader = Open(ReaderCache);
        try
        {
            return Task.FromResult(query(reader));
        }
        finally
        {
            readers.Add(reader);
        }
    }

    /// <summary>Runs several queries on one state: what is committed between two of them shows in none.</summary>
    public Task<T> ReadTogetherAsync<T>(Func<SqliteConnection, T> queries, CancellationToken cancellationToken) =>
        ReadAsync(
            c =>
            {
                c.Execute("BEGIN DEFERRED");
                try
                {
                    return queries(c);
                }
                finally
                {
                    c.Execute("ROLLBACK");
                }
            },
            cancellationToken
        );

    /// <summary>Commits what was accepted, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await writer;
        foreach (var reader in readers)
            await reader.DisposeAsync();
        await connection.DisposeAsync();
        await owner.DisposeAsync();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            var owner = PrivateFiles.Open(path + ".lock", FileMode.OpenOrCreate);
            // SQLite would let everybody read a file it makes, and gives those beside it the same permissions.
            if (!File.Exists(path))
                PrivateFiles.Open(path, FileMode.CreateNew).Dispose();
            return owner;
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new StartupException($"The file {path} is in use by another SmartQueue process.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {Path.GetDirectoryName(path)} cannot be written: {e.Message}", e);
        }
    }

    private PreparingConnection Open(int cache)
    {
        var opened = new PreparingConnection(connectionString);
        opened.Open();
        opened.Execute(
            $"PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = {-cache}"
        );
        return opened;
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<Change>(MaxBatch);
        while (await changes.Reader.WaitToReadAsync())
        {
            batch.Clear();
            try
            {
                connection.Run("BEGIN IMMEDIATE");
                while (batch.Count < MaxBatch && changes.Reader.TryRead(out var change))
                {
                    if (change.TryCancel())
                        continue;
                    batch.Add(change);
                    Apply(change);
                }

                connection.Run("COMMIT");
            }
            catch (Exception e)
            {
                Undo();
                // Without this, a full disk would make the loop spin on a BEGIN that fails before anything is taken.
                if (batch.Count == 0 && changes.Reader.TryRead(out var first))
                    batch.Add(first);
                foreach (var change in batch)
                    change.Fail(e);
                continue;
            }

            foreach (var change in batch)
                change.Complete();
            if (batch.Count == 0)
                continue;
            OutboxChanged?.Invoke(connection.Outbox);
            connection.Outbox.Clear();
            Committed?.Invoke();
        }
    }

    private void Apply(Change change)
    {
        if (change.IsUnguarded)
        {
            ApplyUnguarded(change);
            return;
        }

        connection.Run("SAVEPOINT change");
        var added = connection.Outbox.Added.Count;
        try
        {
            change.Run(connection);
        }
        catch (Exception e)
        {
            change.Exception = e;
            // Some failures (a full disk) end the whole transaction: then the batch fails with it, and is told what it was.
            if (raw.sqlite3_get_autocommit(connection.Handle) != 0)
                throw;
            connection.Run("ROLLBACK TO change");
            connection.Outbox.UndoTo(added);
        }

        connection.Run("RELEASE change");
    }

    // A savepoint keeps a copy of each page that is changed after it. Of what has written nothing there is nothing to undo.
    private void ApplyUnguarded(Change change)
    {
        var before = raw.sqlite3_total_changes(connection.Handle);
        try
        {
            change.Run(connection);
        }
        catch (Exception e)
            when (raw.sqlite3_total_changes(connection.Handle) == before && raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            change.Exception = e;
        }
    }

    private void Undo()
    {
        connection.Outbox.Clear();
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 1)
        {
            // There is no transaction to roll back: BEGIN failed, or SQLite has already ended it.
        }
    }

    /// <inheritdoc/>
    public override string ToString() => path;

    private abstract class Change
    {
        public Exception? Exception { get; set; }

        public bool IsUnguarded { get; init; }

        public abstract bool TryCancel();

        public abstract void Run(SqliteConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Change<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Change
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The writer works for many; what a change writes to the outbox belongs to the trace of its own request.
        private readonly Activity? trace = Activity.Current;
        private T? result;
        private volatile bool givenUp;

        public Task<T> Completion => completion.Task;

        /// <summary>Nobody waits for it any more: it is not begun.</summary>
        public void GiveUp() => givenUp = true;

        public override bool TryCancel() =>
            cancellationToken.IsCancellationRequested
                ? completion.TrySetCanceled(cancellationToken)
                : givenUp && completion.TrySetCanceled(CancellationToken.None);

        public override void Run(SqliteConnection connection)
        {
            Activity.Current = trace;
            try
            {
                result = work(connection);
            }
            finally
            {
                Activity.Current = null;
            }
        }

        public override void Complete()
        {
            if (Exception is not null)
                completion.SetException(Exception);
            else
                completion.SetResult(result!);
        }

        // Not its own failure, if it had one: that may be for what others of the batch did, which is undone with it.
        public override void Fail(Exception exception) => completion.SetException(exception);
    }
}
