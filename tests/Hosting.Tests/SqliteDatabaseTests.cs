using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => System.IO.Path.Combine(folder.Path, "test.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Changes_at_once_are_all_there_after_the_file_is_opened_again()
    {
        await using (var database = await OpenAsync())
        {
            await Parallel.ForAsync(
                0,
                2000,
                new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token },
                async (i, token) =>
                    Assert.Equal(
                        i,
                        await database.WriteAsync(
                            c =>
                            {
                                c.Execute("INSERT INTO items VALUES (@i)", new { i });
                                return i;
                            },
                            token
                        )
                    )
            );
        }

        await using var again = new SqliteDatabase(Path);
        Assert.Equal(
            Enumerable.Range(0, 2000),
            await again.ReadAsync(c => c.Query<int>("SELECT id FROM items ORDER BY id").ToList(), Token)
        );
    }

    [Fact]
    public async Task A_statement_that_is_run_again_takes_the_values_of_each_time()
    {
        await using var database = await OpenAsync();
        foreach (var i in Enumerable.Range(0, 200))
        {
            await InsertAsync(database, i);
            // As many texts as there are lengths of the list: more than are kept prepared.
            foreach (var ids in new[] { Enumerable.Range(0, i).ToList(), [i], [] })
                Assert.Equal(
                    ids.Count,
                    await database.ReadAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM items WHERE id IN @ids", new { ids }), Token)
                );
        }
    }

    public static TheoryData<object?, string> Values { get; } =
        new()
        {
            { null, "null" },
            { "", "text" },
            { "Zoë's «Straße» 日本 👋", "text" },
            { new string('ß', 5000), "text" },
            { Array.Empty<byte>(), "blob" },
            { new byte[] { 0, 255, 1 }, "blob" },
            { true, "integer" },
            { 7, "integer" },
            { long.MinValue, "integer" },
            { 0.1, "real" },
            // The driver's ways, for what is not passed on by ourselves.
            { 1.5m, "text" },
            { new DateOnly(2026, 3, 29), "text" },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_is_kept_as_it_was_given(object? value, string kind)
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(
            c =>
            {
                c.Execute("CREATE TABLE kept (value ANY) STRICT");
                return c.Execute("INSERT INTO kept VALUES (@value)", new { value });
            },
            Token
        );

        Assert.Equal(kind, await database.ReadAsync(c => c.ExecuteScalar<string>("SELECT typeof(value) FROM kept"), Token));
        var back = await database.ReadAsync(c => c.ExecuteScalar("SELECT value FROM kept"), Token);
        var asGiven = value switch
        {
            true => 1L,
            int number => (long)number,
            decimal or DateOnly => Convert.ToString(value is DateOnly day ? $"{day:yyyy-MM-dd}" : value, CultureInfo.InvariantCulture),
            _ => value,
        };
        Assert.Equal(asGiven, back);
    }

    [Fact]
    public async Task A_statement_says_how_many_rows_it_changed()
    {
        await using var database = await OpenAsync();
        foreach (var i in Enumerable.Range(0, 3))
            await InsertAsync(database, i);

        Task<int> ChangedAsync(string sql) => database.WriteAsync(c => c.Execute(sql), Token);
        Assert.Equal(2, await ChangedAsync("UPDATE items SET id = id + 10 WHERE id > 0"));
        Assert.Equal(0, await ChangedAsync("UPDATE items SET id = 7 WHERE id = 99"));
        Assert.Equal(3, await ChangedAsync("DELETE FROM items"));
        Assert.Null(await database.ReadAsync(c => c.ExecuteScalar("SELECT id FROM items"), Token));
    }

    [Fact]
    public async Task A_value_that_is_not_given_is_an_error_and_not_that_of_the_run_before()
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(c => c.Execute("INSERT INTO items VALUES (@id)", new { id = 1 }), Token);

        await Assert.ThrowsAnyAsync<Exception>(() => database.WriteAsync(c => c.Execute("INSERT INTO items VALUES (@id)"), Token));
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_query_that_is_run_again_takes_the_values_of_each_time_in_whatever_order_they_are_given()
    {
        const string Both = "SELECT @count AS count, @name AS name UNION ALL SELECT 0, NULL";
        await using var database = await OpenAsync();
        Task<(long? Count, string? Name)> RunAsync(object values) =>
            database.ReadAsync(c => c.Query<(long?, string?)>(Both, values).First(), Token);

        foreach (var i in Enumerable.Range(0, 3))
        {
            Assert.Equal((i, "Zoë"), await RunAsync(new { count = i, name = "Zoë" }));
            Assert.Equal((i, null), await RunAsync(new { name = (string?)null, count = i }));
            Assert.Equal(
                (7, "Ana"),
                await RunAsync(
                    new
                    {
                        count = 7,
                        name = "Ana",
                        unasked = i,
                    }
                )
            );
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(new { count = i }));
        }
    }

    [Fact]
    public async Task The_values_of_a_command_are_a_list_by_place_and_by_name()
    {
        await using var database = await OpenAsync();
        await database.ReadAsync(
            c =>
            {
                using var command = ((DbConnection)c).CreateCommand();
                var values = command.Parameters;
                var (a, b, d) = (Value(command, "a", 1), Value(command, "b", 2), Value(command, "d", 3));
                Assert.Equal([0, 1], [values.Add(a), values.Add(b)]);
                values.Insert(1, d);
                Assert.Equal([a, d, b], values.Cast<DbParameter>());
                string[] names = ["a", "d", "b", "x"];
                Assert.Equal([0, 1, 2, -1], names.Select(values.IndexOf));
                Assert.Equal([0, 1, 2, -1], new[] { a, d, b, Value(command, "a", 1) }.Select(values.IndexOf));
                Assert.Equal([true, true, true, false], names.Select(values.Contains));
                Assert.Equal([true, false], new[] { a, Value(command, "a", 1) }.Select(values.Contains));
                Assert.Equal([b, d], [values[2], values["d"]]);
                Assert.Throws<ArgumentException>(() => values["x"]);

                values.RemoveAt("a");
                values.RemoveAt(1);
                values["d"] = b;
                values[0] = a;
                values.Remove(a);
                values.AddRange(new[] { a, b });
                command.CommandText = "SELECT 10 * @a + @b";
                Assert.Equal(12L, command.ExecuteScalar());
                var copied = new DbParameter?[3];
                values.CopyTo(copied, 1);
                Assert.Equal([null, a, b], copied);
                values.Clear();
                Assert.Empty(values);
                Assert.Throws<NotSupportedException>(() => a.Direction = ParameterDirection.Output);
                return true;
            },
            Token
        );
    }

    [Fact]
    public async Task A_statement_that_failed_or_was_undone_is_run_again()
    {
        await using var database = await OpenAsync();
        foreach (var i in Enumerable.Range(0, 5))
        {
            await InsertAsync(database, i);
            await Assert.ThrowsAsync<SqliteException>(() => InsertAsync(database, i));
        }

        Assert.Equal(5, await CountAsync(database));
    }

    [Fact]
    public async Task Statements_run_within_each_other_and_within_a_transaction_of_a_reader()
    {
        const string Items = "SELECT id FROM items WHERE id >= @from ORDER BY id";
        await using var database = await OpenAsync();
        foreach (var i in Enumerable.Range(0, 4))
            await InsertAsync(database, i);

        var pairs = await database.ReadAsync(
            c =>
            {
                using var snapshot = c.BeginTransaction(deferred: true);
                return c.Query<int>(Items, new { from = 0 }, buffered: false)
                    .SelectMany(a => c.Query<int>(Items, new { from = a }, buffered: false).Select(b => (a, b)))
                    .ToList();
            },
            Token
        );

        Assert.Equal(from a in Enumerable.Range(0, 4) from b in Enumerable.Range(a, 4 - a) select (a, b), pairs);
        Assert.Equal(4, await CountAsync(database));
    }

    [Fact]
    public async Task A_change_is_seen_by_reads_once_it_is_done()
    {
        await using var database = await OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            await InsertAsync(database, i);
            Assert.Equal(i + 1, await CountAsync(database));
        }
    }

    [Fact]
    public async Task A_failing_change_fails_alone_and_leaves_nothing()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 21, i => database.WriteAsync(
                c =>
                {
                    c.Execute("INSERT INTO items VALUES (@i)", new { i });
                    if (i == 7)
                        throw new InvalidOperationException("seven");
                },
                Token
            ));

        Assert.Equal("seven", (await Assert.ThrowsAsync<InvalidOperationException>(() => batch[7])).Message);
        await Task.WhenAll(batch.Where((_, i) => i != 7));
        Assert.Equal(20, await CountAsync(database));
        Assert.DoesNotContain(7, await database.ReadAsync(c => c.Query<int>("SELECT id FROM items").ToList(), Token));
    }

    [Fact]
    public async Task A_change_the_database_itself_refuses_fails_alone()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 10, i => InsertAsync(database, i == 5 ? 4 : i));

        await Assert.ThrowsAsync<SqliteException>(() => batch[5]);
        await Task.WhenAll(batch.Where((_, i) => i != 5));
        Assert.Equal(9, await CountAsync(database));
    }

    [Fact]
    public async Task An_unguarded_change_that_fails_before_it_writes_fails_alone()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 5, i => database.WriteUnguardedAsync(
                c =>
                {
                    if (i == 2)
                        throw new InvalidOperationException("two");
                    c.Execute("INSERT INTO items VALUES (@i)", new { i });
                },
                Token
            ));

        Assert.Equal("two", (await Assert.ThrowsAsync<InvalidOperationException>(() => batch[2])).Message);
        await Task.WhenAll(batch.Where((_, i) => i != 2));
        Assert.Equal(4, await CountAsync(database));
    }

    [Fact]
    public async Task An_unguarded_change_that_fails_once_it_has_written_takes_with_it_what_would_be_committed_with_it()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 5, i => i switch
            {
                2 => database.WriteUnguardedAsync(
                    c =>
                    {
                        c.Execute("INSERT INTO items VALUES (2)");
                        throw new InvalidOperationException("two");
                    },
                    Token
                ),
                _ => InsertAsync(database, i),
            });

        await Assert.ThrowsAsync<InvalidOperationException>(() => batch[2]);
        var there = 0;
        foreach (var other in batch.Where((_, i) => i != 2))
        {
            try
            {
                await other;
                there++;
            }
            catch (InvalidOperationException e)
            {
                Assert.Equal("two", e.Message);
            }
        }

        // Those before it were told that they are undone; those after it may be in the next batch.
        Assert.Equal(there, await CountAsync(database));
        Assert.Empty(await database.ReadAsync(c => c.Query<int>("SELECT id FROM items WHERE id <= 2"), Token));
    }

    [Fact]
    public async Task A_commit_that_fails_is_told_to_everyone_in_it_and_leaves_nothing()
    {
        await using var database = await OpenAsync();
        // Looked at by the commit and not before.
        await database.WriteAsync(
            c => c.Execute("CREATE TABLE parts (item INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED) STRICT"),
            Token
        );
        var heard = 0;
        database.Committed += () => Interlocked.Increment(ref heard);
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 5, i => i switch
            {
                3 => database.WriteAsync(c => c.Execute("INSERT INTO parts VALUES (77)"), Token),
                // Refused for what another of the batch did, which is undone too.
                4 => database.WriteAsync(
                    c => c.ExecuteScalar<long>("SELECT count(*) FROM items") > 0 ? throw new InvalidOperationException("It is full.") : 0,
                    Token
                ),
                _ => InsertAsync(database, i),
            });

        foreach (var change in batch)
            await Assert.ThrowsAsync<SqliteException>(() => change);
        Assert.Equal(0, await CountAsync(database));
        Assert.Equal(0, Volatile.Read(ref heard));

        await InsertAsync(database, 1);
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_full_disk_is_a_store_that_is_away_and_what_fits_again_is_written_again()
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(c => c.Execute("CREATE TABLE texts (text TEXT) STRICT"), Token);
        var pages = await database.WriteAsync(c => c.ExecuteScalar<long>("PRAGMA page_count"), Token);
        await database.WriteAsync(c => c.Execute($"PRAGMA max_page_count = {pages + 2}"), Token);
        using var gate = new ManualResetEventSlim();
        var batch = InOneBatch(database, gate, 3, i => i == 1 ? WriteAsync(100_000) : InsertAsync(database, i));

        var full = await Assert.ThrowsAsync<SqliteException>(() => batch[1]);
        Assert.True(StorageFaults.IsAway(full), full.Message);
        // Of the others each is there or was told that it is not.
        var there = 0;
        foreach (var other in (Task[])[batch[0], batch[2]])
        {
            try
            {
                await other;
                there++;
            }
            catch (SqliteException e)
            {
                Assert.True(StorageFaults.IsAway(e), e.Message);
            }
        }

        Assert.Equal(there, await CountAsync(database));
        Assert.Equal(0, await database.ReadAsync(c => c.ExecuteScalar<long>("SELECT count(*) FROM texts"), Token));

        await database.WriteAsync(c => c.Execute("PRAGMA max_page_count = 100000"), Token);
        await WriteAsync(100_000);
        Assert.Equal(1, await database.ReadAsync(c => c.ExecuteScalar<long>("SELECT count(*) FROM texts"), Token));

        Task WriteAsync(int length) =>
            database.WriteAsync(c => c.Execute("INSERT INTO texts VALUES (@text)", new { text = new string('x', length) }), Token);
    }

    // As SQLite counts them: 2 is FULL, 0 is OFF.
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public async Task What_is_accepted_waits_for_the_disk_unless_nothing_has_to_last(bool lasting, int synchronous)
    {
        await using var database = new SqliteDatabase(Path, lasting);
        Assert.Equal(synchronous, await database.WriteAsync(c => c.ExecuteScalar<int>("PRAGMA synchronous"), Token));
        Assert.Equal("wal", await database.WriteAsync(c => c.ExecuteScalar<string>("PRAGMA journal_mode"), Token));
    }

    [Fact]
    public async Task A_change_taken_back_before_its_turn_does_not_happen()
    {
        await using var database = await OpenAsync();
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var blocker = database.WriteAsync(_ => gate.Wait(Token), Token);
        var taken = database.WriteAsync(c => c.Execute("INSERT INTO items VALUES (1)"), cancel.Token);
        var kept = InsertAsync(database, 2);
        await cancel.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taken);
        await Task.WhenAll(blocker, kept);
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task What_was_accepted_is_done_before_the_file_closes()
    {
        var database = await OpenAsync();
        var writes = Enumerable.Range(0, 300).Select(i => InsertAsync(database, i)).ToList();
        await database.DisposeAsync();
        await Task.WhenAll(writes);

        await using var again = new SqliteDatabase(Path);
        Assert.Equal(300, await CountAsync(again));
    }

    [Fact]
    public async Task Those_who_listen_hear_of_commits()
    {
        await using var database = await OpenAsync();
        var heard = 0;
        database.Committed += () => Interlocked.Increment(ref heard);

        await InsertAsync(database, 1);

        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref heard) > 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_damaged_file_stops_the_start_with_one_sentence_and_can_be_moved_away(int from)
    {
        await using (var database = await OpenAsync())
            await InsertAsync(database, 1);
        var bytes = await File.ReadAllBytesAsync(Path, Token);
        Array.Fill(bytes, (byte)0x5a, from, 3000);
        await File.WriteAllBytesAsync(Path, bytes, Token);

        var error = Assert.Throws<StartupException>(() => new SqliteDatabase(Path));

        Assert.Equal($"The file {Path} is damaged; put a copy from a backup in its place, or move it away to start again.", error.Message);
        File.Move(Path, Path + ".damaged");
        await using var again = new SqliteDatabase(Path);
    }

    [Fact]
    public async Task Nobody_waits_for_ever_for_a_slow_disk_and_what_was_not_begun_by_then_is_not_made()
    {
        await using (await OpenAsync()) { }
        await using var database = new SqliteDatabase(Path, longestWait: TimeSpan.FromMilliseconds(200));
        using var goesOn = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = database.WriteAsync(
            c =>
            {
                begun.SetResult();
                goesOn.Wait(Token);
                return c.Execute("INSERT INTO items VALUES (1)");
            },
            Token
        );
        await begun.Task.WaitAsync(Token);
        var second = InsertAsync(database, 2);
        foreach (var slow in (Task[])[first, second])
            Assert.True(StorageFaults.IsAway(await Assert.ThrowsAsync<TimeoutException>(() => slow)));
        goesOn.Set();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await InsertAsync(database, 3);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        });
        Assert.Equal([1, 3], await database.ReadAsync(c => c.Query<int>("SELECT id FROM items ORDER BY id").ToList(), Token));
    }

    [Fact]
    public async Task Queries_that_are_run_together_see_one_state()
    {
        await using var database = await OpenAsync();
        await InsertAsync(database, 1);
        var seen = await database.ReadTogetherAsync(
            c =>
            {
                var before = c.ExecuteScalar<int>("SELECT count(*) FROM items");
                InsertAsync(database, 2).Wait(Token);
                return (before, c.ExecuteScalar<int>("SELECT count(*) FROM items"));
            },
            Token
        );
        Assert.Equal((1, 1), seen);
        Assert.Equal(2, await database.ReadAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM items"), Token));
    }

    [Fact]
    public async Task A_second_instance_on_the_file_is_refused()
    {
        await using var first = await OpenAsync();

        var error = Assert.Throws<StartupException>(() => new SqliteDatabase(Path));

        Assert.Equal($"The file {Path} is in use by another SmartQueue process.", error.Message);
        await InsertAsync(first, 1);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_as_that()
    {
        var file = System.IO.Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");

        OneSentence(Assert.Throws<StartupException>(() => new SqliteDatabase(System.IO.Path.Combine(file, "test.db"))), file);
    }

    [Fact]
    public void A_read_only_folder_is_told_as_that()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /sys, where not even root makes folders.");

        OneSentence(Assert.Throws<StartupException>(() => new SqliteDatabase("/sys/smartqueue/test.db")), "/sys/smartqueue");
    }

    [Fact]
    public void A_folder_without_the_right_to_write_is_told_as_that()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Root may write everywhere.");
        var locked = Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "locked"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(locked.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        OneSentence(
            Assert.Throws<StartupException>(() => new SqliteDatabase(System.IO.Path.Combine(locked.FullName, "test.db"))),
            locked.FullName
        );
    }

    private static void OneSentence(StartupException error, string path)
    {
        Assert.StartsWith($"The data folder {path} cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private async Task<SqliteDatabase> OpenAsync()
    {
        var database = new SqliteDatabase(Path);
        await database.WriteAsync(c => c.Execute("CREATE TABLE items (id INTEGER PRIMARY KEY) STRICT"), Token);
        return database;
    }

    private static DbParameter Value(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        return parameter;
    }

    private static Task InsertAsync(SqliteDatabase database, int id) =>
        database.WriteAsync(c => c.Execute("INSERT INTO items VALUES (@id)", new { id }), Token);

    private static Task<long> CountAsync(SqliteDatabase database) =>
        database.ReadAsync(c => c.ExecuteScalar<long>("SELECT count(*) FROM items"), Token);

    // While the writer is held, what is asked for waits together, and then goes into one transaction.
    private static List<Task> InOneBatch(SqliteDatabase database, ManualResetEventSlim gate, int count, Func<int, Task> write)
    {
        _ = database.WriteAsync(_ => gate.Wait(Token), Token);
        var batch = Enumerable.Range(0, count).Select(write).ToList();
        gate.Set();
        return batch;
    }
}
