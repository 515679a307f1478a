using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using MongoDB.Driver;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Backups;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class BackupTests : IDisposable
{
    private const string Key = "-----BEGIN PRIVATE KEY-----";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder.Path, "data");

    private string Restored => Path.Combine(folder.Path, "restored");

    private string Archive => Path.Combine(folder.Path, "backup.tar.gz");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_a_running_process_keeps_comes_back_and_what_it_does_not_need_stays_out()
    {
        await using var things = await MakeAsync("things", "one");
        await File.WriteAllTextAsync(Path.Combine(Data, "jwt-signing-key.pem"), Key, Token);
        Directory.CreateDirectory(Path.Combine(Data, "templates"));
        await File.WriteAllTextAsync(Path.Combine(Data, "templates", "called.txt"), "Come", Token);
        await File.WriteAllTextAsync(Path.Combine(Data, "things.db.v0"), "old", Token);

        var manifest = await BackupWriter.WriteAsync(Data, [View("things", 3), View("absent", 1)], Archive, TimeProvider.System, Token);
        await BackupReader.RestoreAsync(Archive, Restored, [View("things", 3)], TimeProvider.System, Token);

        Assert.Equal(["things.db", "jwt-signing-key.pem", "templates/called.txt"], manifest.Files.Select(f => f.Path));
        Assert.Equal(("sqlite", 2), (manifest.Storage, Assert.Single(manifest.Schemas).Value));
        Assert.InRange(manifest.TakenAt, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal(
            ["jwt-signing-key.pem", "templates", "things.db"],
            Directory.GetFileSystemEntries(Restored).Select(Path.GetFileName).Order()
        );
        Assert.Equal(Key, await File.ReadAllTextAsync(Path.Combine(Restored, "jwt-signing-key.pem"), Token));
        Assert.Equal("Come", await File.ReadAllTextAsync(Path.Combine(Restored, "templates", "called.txt"), Token));
        Assert.Equal(["one"], Things(Path.Combine(Restored, "things.db")));
        Assert.Equal(["backup.tar.gz", "data", "restored"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Assert.All((string[])[Archive, .. Directory.GetFiles(Restored, "*", SearchOption.AllDirectories)], f =>
            Assert.Equal("600", Mode(f))
        );
        Assert.All((string[])[Restored, Path.Combine(Restored, "templates")], f => Assert.Equal("700", Mode(f)));
    }

    [Fact]
    public async Task The_manifest_of_the_archive_has_every_files_length_and_checksum()
    {
        await using var things = await MakeAsync("things", "one");
        await BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token);

        var entries = Entries();
        var manifest = JsonNode.Parse(entries[^1].Content)!;

        Assert.Equal("manifest.json", entries[^1].Name);
        Assert.Equal(ServiceProcess.Version, (string?)manifest["product"]);
        Assert.Equal(2, (int?)manifest["schemas"]!["things"]);
        Assert.EndsWith("Z", (string?)manifest["takenAt"], StringComparison.Ordinal);
        var file = Assert.Single(manifest["files"]!.AsArray())!;
        Assert.Equal(
            ("things.db", entries[0].Content.LongLength, Convert.ToHexStringLower(SHA256.HashData(entries[0].Content))),
            ((string)file["path"]!, (long)file["length"]!, (string)file["sha256"]!)
        );
    }

    [Fact]
    public async Task Stores_written_one_after_the_other_are_copied_as_they_were_at_one_moment()
    {
        await using var cause = await MakeAsync("cause");
        await using var effect = await MakeAsync("effect");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        // In both directions, so that no order of copying is right by itself.
        var writer = Task.Run(
            async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    foreach (var store in (SqliteDatabase[])[cause, effect])
                        await AddAsync(store, $"{i:D6} to");
                    foreach (var store in (SqliteDatabase[])[effect, cause])
                        await AddAsync(store, $"{i:D6} back");
                }
            },
            Token
        );

        var seen = new HashSet<int>();
        // Until enough was written meanwhile, which on a busy machine takes longer.
        for (var round = 0; round < 30 || (seen.Count <= 10 && round < 1000); round++)
        {
            using var fence = await SqliteFence.TakeAsync([PathOf("cause"), PathOf("effect")], TimeProvider.System, Token);
            var copies = ((string[])["cause", "effect"])
                .Select(name =>
                {
                    var copy = Path.Combine(folder.Path, $"{name}-{round}");
                    Assert.Equal(2, fence.Copy(PathOf(name), copy));
                    return Things(copy);
                })
                .ToList();
            seen.Add(copies[0].Count);
            var all = copies[0].Union(copies[1]).Order(StringComparer.Ordinal).ToList();
            foreach (var (name, missing) in all.Select(n => (n, copies.FindIndex(c => !c.Contains(n)))).Where(m => m.Item2 >= 0))
            {
                // Only the last thing may be in one alone: in the one that is written first.
                Assert.Equal(Math.Max(copies[0].Count, copies[1].Count), copies[1 - missing].Count);
                Assert.Equal(name.EndsWith("to", StringComparison.Ordinal) ? 1 : 0, missing);
                Assert.Equal(1, copies[1 - missing].Count - copies[missing].Count);
            }
        }

        await stop.CancelAsync();
        await writer;
        Assert.True(seen.Count > 10, "hardly anything was written meanwhile");
    }

    [Fact]
    public async Task A_copy_is_of_the_moment_and_not_of_when_it_is_made()
    {
        await using var things = await MakeAsync("things", "before");
        using var fence = await SqliteFence.TakeAsync([PathOf("things")], TimeProvider.System, Token);
        await AddAsync(things, "after");

        fence.Copy(PathOf("things"), Path.Combine(folder.Path, "copy"));

        Assert.Equal(["before"], Things(Path.Combine(folder.Path, "copy")));
        Assert.Equal(["before", "after"], await things.ReadAsync(c => c.Query<string>("SELECT name FROM things").ToList(), Token));
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_overwritten()
    {
        await using var things = await MakeAsync("things");
        await File.WriteAllTextAsync(Archive, "mine", Token);

        await RefusesAsync("is there already", () =>
            BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token)
        );

        Assert.Equal("mine", await File.ReadAllTextAsync(Archive, Token));
    }

    [Fact]
    public async Task A_damaged_store_is_told_and_leaves_no_file()
    {
        await (await MakeAsync("things", [.. Enumerable.Range(0, 2000).Select(i => $"a thing with number {i}")])).DisposeAsync();
        await using (var file = File.OpenWrite(PathOf("things")))
        {
            file.Position = 4096 * 3;
            await file.WriteAsync(new byte[4096], Token);
        }

        await RefusesAsync("is damaged", () => BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token));

        Assert.Equal([Data], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task An_empty_folder_is_not_backed_up_and_neither_is_one_into_itself()
    {
        await RefusesAsync("does not exist", () => BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token));
        Directory.CreateDirectory(Data);
        await RefusesAsync("nothing to back up", () =>
            BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token)
        );
        await RefusesAsync("would lie in the data folder", () =>
            BackupWriter.WriteAsync(Data, [View("things", 2)], Path.Combine(Data, "b.tar.gz"), TimeProvider.System, Token)
        );
        await RefusesAsync("does not exist", () =>
            BackupWriter.WriteAsync(Data, [View("things", 2)], Path.Combine(folder.Path, "absent", "b.tar.gz"), TimeProvider.System, Token)
        );
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_not_restored_into()
    {
        await WriteAsync();
        Directory.CreateDirectory(Restored);
        await File.WriteAllTextAsync(Path.Combine(Restored, "tickets.db"), "mine", Token);

        await RefusesAsync("holds something already", () => RestoreAsync());

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Restored, "tickets.db"), Token));
    }

    [Fact]
    public async Task An_empty_folder_is_restored_into()
    {
        await WriteAsync();
        Directory.CreateDirectory(Restored);

        await RestoreAsync();

        Assert.Equal("a key", await File.ReadAllTextAsync(Path.Combine(Restored, "key.pem"), Token));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task An_archive_that_was_cut_off_is_refused_and_leaves_nothing(double kept)
    {
        await WriteAsync();
        await using (var file = File.OpenWrite(Archive))
            file.SetLength((long)(file.Length * kept));

        await IsDamagedAsync("");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-6)]
    public async Task An_archive_with_a_byte_that_differs_is_refused_and_leaves_nothing(int at)
    {
        await WriteAsync();
        var bytes = await File.ReadAllBytesAsync(Archive, Token);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x10;
        await File.WriteAllBytesAsync(Archive, bytes, Token);

        await IsDamagedAsync("");
    }

    [Fact]
    public async Task Something_that_is_no_archive_is_refused()
    {
        await File.WriteAllTextAsync(Archive, "Dear diary", Token);
        await IsDamagedAsync("");
        File.Delete(Archive);
        await RefusesAsync("There is no file", () => RestoreAsync());
    }

    [Fact]
    public async Task A_file_that_differs_from_the_manifest_is_refused()
    {
        await WriteAsync();
        var entries = Entries();
        Pack([("key.pem", "another key"), .. entries.Skip(1).Select(Text)]);

        await IsDamagedAsync("'key.pem' is not as manifest.json says");
    }

    [Fact]
    public async Task A_file_more_or_less_than_in_the_manifest_is_refused()
    {
        await WriteAsync();
        var entries = Entries();
        Pack([.. entries.Select(Text), ("more.pem", "x")]);
        await IsDamagedAsync("'more.pem'");

        Pack([.. entries.Where(e => e.Name != "key.pem").Select(Text)]);
        await IsDamagedAsync("'key.pem'");

        Pack([.. entries.Where(e => e.Name != "manifest.json").Select(Text)]);
        await IsDamagedAsync("no manifest.json");

        Pack([Text(entries[0]), .. entries.Select(Text)]);
        await RefusesAsync("cannot be restored", () => RestoreAsync());
    }

    [Theory]
    [InlineData("../outside.pem")]
    [InlineData("/tmp/outside.pem")]
    [InlineData("a/../../outside.pem")]
    [InlineData("..\\outside.pem")]
    [InlineData(".")]
    public async Task A_path_outside_of_the_folder_is_refused(string path)
    {
        await WriteAsync();
        Pack([(path, "x"), .. Entries().Select(Text)]);

        await IsDamagedAsync($"'{path}' would lie outside");

        Assert.False(File.Exists(Path.Combine(folder.Path, "outside.pem")));
    }

    [Fact]
    public async Task A_link_is_refused()
    {
        await using (var file = File.Create(Archive))
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(packed))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "key.pem") { LinkName = "/etc/passwd" }, Token);
        }

        await IsDamagedAsync("'key.pem' is not a file");
    }

    [Theory]
    [InlineData("$.schemas.things", 3, "holds things of version 3, and this SmartQueue knows 2 at most")]
    [InlineData("$.schemas.appointments", 1, "holds appointments, which this one does not know")]
    [InlineData("$.format", 2, "in a form that this one does not know")]
    public async Task A_backup_of_a_later_SmartQueue_is_refused(string at, int value, string sentence)
    {
        await WriteAsync();
        var entries = Entries();
        var manifest = JsonNode.Parse(entries[^1].Content)!.AsObject();
        if (at == "$.format")
            manifest["format"] = value;
        else
            manifest["schemas"]![at.Split('.')[^1]] = value;
        Pack([.. entries.SkipLast(1).Select(Text), ("manifest.json", manifest.ToJsonString())]);

        await RefusesAsync(sentence, () => RestoreAsync());

        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task With_MongoDB_the_keys_are_backed_up_and_not_restored_for_SQLite()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "key.pem"), "a key", Token);
        var mongo = new StoreView("things", "database smartqueue_things", ["Indexes"], _ => Task.FromResult<int?>(1))
        {
            Server = "mongodb://localhost",
        };

        var manifest = await BackupWriter.WriteAsync(Data, [mongo], Archive, TimeProvider.System, Token);

        Assert.Equal(("mongodb", "key.pem", 1), (manifest.Storage, Assert.Single(manifest.Files).Path, manifest.Schemas["things"]));
        await RefusesAsync("MONGODB_URI is not set", () => RestoreAsync());
        await BackupReader.RestoreAsync(Archive, Restored, [mongo], TimeProvider.System, Token);
        Assert.Equal("a key", await File.ReadAllTextAsync(Path.Combine(Restored, "key.pem"), Token));
    }

    [Theory]
    [InlineData("mongodb://localhost/", "mongodb://localhost/")]
    [InlineData("mongodb://user:hunter2@db1,db2/?replicaSet=rs", "mongodb://user@db1,db2/?replicaSet=rs")]
    [InlineData("mongodb://user:hunter2@db/hall", "mongodb://user@db/?authSource=hall")]
    public void The_address_for_MongoDBs_tools_names_the_account_and_no_password(string uri, string expected)
    {
        var server = StorageSetup.Server(new MongoUrl(uri));

        Assert.DoesNotContain("hunter2", server, StringComparison.Ordinal);
        Assert.Equal(new MongoUrl(expected), new MongoUrl(server));
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static (string, string) Text((string Name, byte[] Content) entry) => (entry.Name, Encoding.Latin1.GetString(entry.Content));

    private static async Task RefusesAsync(string sentence, Func<Task> command)
    {
        var refusal = await Assert.ThrowsAsync<StartupException>(command);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private static List<string> Things(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        return [.. connection.Query<string>("SELECT name FROM things ORDER BY rowid")];
    }

    private static Task AddAsync(SqliteDatabase store, string name) =>
        store.WriteAsync(c => c.Execute("INSERT INTO things (name) VALUES (@name)", new { name }), Token);

    private string PathOf(string service) => Path.Combine(Data, service + ".db");

    private StoreView View(string service, int known)
    {
        var path = PathOf(service);
        return new StoreView(service, $"file {path}", [.. Enumerable.Range(1, known).Select(n => $"Step {n}")], _ =>
            Task.FromResult(SqliteSchema.Peek(path))
        )
        {
            File = path,
        };
    }

    private async Task<SqliteDatabase> MakeAsync(string service, params string[] names)
    {
        Directory.CreateDirectory(Data);
        var store = new SqliteDatabase(PathOf(service));
        await store.WriteAsync(c => c.Execute("CREATE TABLE things (name TEXT NOT NULL); PRAGMA user_version = 2"), Token);
        foreach (var name in names.Chunk(500))
            await store.WriteAsync(c => c.Execute("INSERT INTO things (name) VALUES (@n)", name.Select(n => new { n })), Token);
        return store;
    }

    private async Task WriteAsync()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "key.pem"), "a key", Token);
        await BackupWriter.WriteAsync(Data, [View("things", 2)], Archive, TimeProvider.System, Token);
    }

    private Task RestoreAsync() => BackupReader.RestoreAsync(Archive, Restored, [View("things", 2)], TimeProvider.System, Token);

    private async Task IsDamagedAsync(string why)
    {
        await RefusesAsync("is damaged, or no backup of SmartQueue", () => RestoreAsync());
        await RefusesAsync(why, () => RestoreAsync());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path, "restored*"));
    }

    private List<(string Name, byte[] Content)> Entries()
    {
        using var packed = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress);
        using var tar = new TarReader(packed);
        var entries = new List<(string, byte[])>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            entries.Add((entry.Name, content.ToArray()));
        }

        return entries;
    }

    private void Pack(params IEnumerable<(string Name, string Content)> entries)
    {
        using var packed = new GZipStream(File.Create(Archive), CompressionLevel.Fastest);
        using var tar = new TarWriter(packed);
        foreach (var (name, content) in entries)
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.Latin1.GetBytes(content)) }
            );
    }
}
