using Dapper;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class SqliteSchemaTests : IAsyncDisposable
{
    private static readonly SqliteStep First = new("Things", "CREATE TABLE IF NOT EXISTS things (name TEXT NOT NULL)");
    private static readonly SqliteStep Second = new("Their colour", "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'");
    private static readonly SqliteStep Broken = new("A step that fails halfway", c =>
    {
        c.Execute("INSERT INTO things (name) VALUES ('half')");
        throw new InvalidOperationException("no");
    });

    private readonly TemporaryFolder folder = new();
    private readonly SqliteDatabase database;

    public SqliteSchemaTests() => database = new SqliteDatabase(Path);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(folder.Path, "things.db");

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task An_empty_file_takes_every_step_and_no_copy_is_laid_beside_it()
    {
        var schema = Schema(First, Second);
        Assert.Equal(0, await schema.VersionAsync(Token));

        await schema.UpgradeAsync(Token);

        Assert.Equal(2, await schema.VersionAsync(Token));
        Assert.Equal(["name", "colour"], await ColumnsAsync());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.v*"));
    }

    [Fact]
    public async Task A_file_from_before_there_were_versions_goes_on_from_what_it_has()
    {
        await database.WriteAsync(c => c.Execute("CREATE TABLE things (name TEXT NOT NULL); INSERT INTO things VALUES ('old')"), Token);

        await Schema(First, Second).UpgradeAsync(Token);

        Assert.Equal(["old grey"], await ThingsAsync());
    }

    [Fact]
    public async Task Steps_that_were_taken_are_not_taken_again()
    {
        await Schema(First, Second).UpgradeAsync(Token);

        await Schema(First, Second, new("One", "INSERT INTO things (name) VALUES ('new')")).UpgradeAsync(Token);
        await Schema(First, Second, new("One", "INSERT INTO things (name) VALUES ('new')")).UpgradeAsync(Token);

        Assert.Equal(["new grey"], await ThingsAsync());
    }

    [Fact]
    public async Task The_file_as_it_was_is_kept_before_a_step()
    {
        await Schema(First).UpgradeAsync(Token);
        await database.WriteAsync(c => c.Execute("INSERT INTO things VALUES ('old')"), Token);

        await Schema(First, Second).UpgradeAsync(Token);

        await using var copy = new SqliteDatabase(Path + ".v1");
        Assert.Equal(1, await copy.ReadAsync(c => c.ExecuteScalar<int>("PRAGMA user_version"), Token));
        Assert.Equal("old", await copy.ReadAsync(c => c.ExecuteScalar<string>("SELECT * FROM things"), Token));
    }

    [Fact]
    public async Task A_step_that_fails_changes_nothing_and_is_taken_again_at_the_next_start()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Schema(First, Broken).UpgradeAsync(Token));
        Assert.Equal(1, await Schema(First).VersionAsync(Token));
        Assert.Empty(await database.ReadAsync(c => c.Query<string>("SELECT name FROM things").ToList(), Token));

        await Schema(First, Second).UpgradeAsync(Token);

        Assert.Equal(2, await Schema(First, Second).VersionAsync(Token));
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_refused_in_one_sentence()
    {
        await Schema(First, Second).UpgradeAsync(Token);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => Schema(First).UpgradeAsync(Token));

        Assert.Equal(
            $"The file {Path} is of version 2, and this SmartQueue knows 1 at most; start the later SmartQueue again, or restore a backup.",
            refusal.Message
        );
    }

    private SqliteSchema Schema(params SqliteStep[] steps) => new("things", database, steps);

    private Task<List<string>> ColumnsAsync() =>
        database.ReadAsync(c => c.Query<string>("SELECT name FROM pragma_table_info('things')").ToList(), Token);

    private Task<List<string>> ThingsAsync() =>
        database.ReadAsync(c => c.Query<string>("SELECT name || ' ' || colour FROM things").ToList(), Token);
}
