using System.Runtime.Versioning;
using Dapper;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    private readonly TemporaryFolder folder = new();
    private readonly LogLines log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    [Fact]
    public async Task What_a_storage_makes_is_for_its_own_account()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        var data = Path.Combine(folder.Path, "new", "data");
        await using var database = new SqliteDatabase(Path.Combine(data, "test.db"));
        await new SqliteSchema("test", database, [new SqliteStep("One", "CREATE TABLE items (id INTEGER)")]).UpgradeAsync(Token);
        await new SqliteSchema("test", database, [new SqliteStep("One", "SELECT 1"), new SqliteStep("Two", "SELECT 1")]).UpgradeAsync(
            Token
        );

        Assert.Equal(OwnFolder, File.GetUnixFileMode(data));
        Assert.Equal(
            ["test.db", "test.db-shm", "test.db-wal", "test.db.lock", "test.db.v1"],
            Directory.GetFiles(data).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.All(Directory.GetFiles(data), f => Assert.Equal(OwnFile, File.GetUnixFileMode(f)));
        Assert.Equal(0, await database.ReadAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM items"), Token));
    }

    [Fact]
    public async Task What_others_could_read_is_made_private_at_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        var file = Path.Combine(folder.Path, "users.db");
        await File.WriteAllTextAsync(file, "", Token);
        File.SetUnixFileMode(file, OwnFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(folder.Path, OwnFolder | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        PrivateFiles.Tighten(folder.Path, log.CreateLogger("test"));
        PrivateFiles.Tighten(folder.Path, log.CreateLogger("test"));

        Assert.Equal(OwnFolder, File.GetUnixFileMode(folder.Path));
        Assert.Equal(OwnFile, File.GetUnixFileMode(file));
        Assert.Equal(
            [
                $"{folder.Path} could be read by other accounts (mode 705); now it is private",
                $"{file} could be read by other accounts (mode 644); now it is private",
            ],
            log.All
        );
    }

    [Fact]
    public void What_cannot_be_made_private_stops_the_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a folder whose mode nobody can change.");
        Assert.Contains(
            "/proc/self",
            Assert.Throws<StartupException>(() => PrivateFiles.Tighten("/proc/self", log.CreateLogger("test"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_others_use_is_refused_and_left_as_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        const UnixFileMode everybody =
            OwnFolder | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;
        File.SetUnixFileMode(folder.Path, everybody);

        Assert.Contains(
            "SMARTQUEUE_DATA",
            Assert.Throws<StartupException>(() => PrivateFiles.Tighten(folder.Path, log.CreateLogger("test"))).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(everybody, File.GetUnixFileMode(folder.Path));
    }
}
