using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage.Backups;

/// <summary>Writes the data folder of a system, running or not, into one archive.</summary>
public static class BackupWriter
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes the archive: the stores as they were at one moment, then the keys and whatever else lies in the folder, then the manifest.
    /// It is made in a folder beside <paramref name="file"/> that only this account may read, and given its name when it is whole and on
    /// disk: a process that is killed leaves no <paramref name="file"/>.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="stores">The storage of the process.</param>
    /// <param name="file">The archive; it must not exist, and not lie in the data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StartupException">There is nothing to back up, <paramref name="file"/> cannot be written, or a store is
    /// damaged.</exception>
    public static async Task<BackupManifest> WriteAsync(
        string folder,
        IReadOnlyList<StoreView> stores,
        string file,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        file = Path.GetFullPath(file);
        folder = Path.GetFullPath(folder);
        if (Path.Exists(file))
            throw new StartupException($"{file} is there already; name a file that is not.");
        if (file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new StartupException($"{file} would lie in the data folder, which is what it is a copy of; name a file elsewhere.");
        if (!Directory.Exists(folder))
            throw new StartupException($"There is nothing to back up: the data folder {folder} does not exist.");
        var work = $"{file}.partial-{time.NewId()}";
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(file)))
                throw new StartupException($"The folder {Path.GetDirectoryName(file)} does not exist.");
            PrivateFiles.CreateFolder(work);
            try
            {
                var archive = Path.Combine(work, "archive");
                var manifest = await WriteAsync(folder, stores, archive, Path.Combine(work, "copy"), time, cancellationToken);
                File.Move(archive, file);
                return manifest;
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartupException($"The backup {file} cannot be written: {e.Message}", e);
        }
    }

    private static async Task<BackupManifest> WriteAsync(
        string folder,
        IReadOnlyList<StoreView> stores,
        string archive,
        string copy,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var schemas = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var files = new List<BackupFile>();
        await using var target = PrivateFiles.Open(archive, FileMode.CreateNew);
        await using var packed = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        await using var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);

        async Task AddAsync(string name)
        {
            files.Add(await AppendAsync(tar, copy, name, cancellationToken));
            File.Delete(copy);
        }

        var kept = stores.Where(s => File.Exists(s.File)).ToList();
        DateTimeOffset takenAt;
        using (var fence = await SqliteFence.TakeAsync([.. kept.Select(s => s.File!)], time, cancellationToken))
        {
            takenAt = time.Now();
            foreach (var store in kept)
            {
                schemas[store.Service] = fence.Copy(store.File!, copy);
                await AddAsync(Path.GetFileName(store.File!));
            }
        }

        foreach (var store in stores.Where(s => s.File is null))
        {
            if (await store.VersionAsync(cancellationToken) is { } version)
                schemas[store.Service] = version;
        }

        // After the stores: a key that was made since is one more, and those before it are still in its file.
        foreach (var name in Others(folder))
        {
            await CopyAsync(Path.Combine(folder, name), copy, cancellationToken);
            await AddAsync(name.Replace(Path.DirectorySeparatorChar, '/'));
        }

        if (files.Count == 0)
            throw new StartupException($"There is nothing to back up in the data folder {folder}.");
        var manifest = new BackupManifest
        {
            TakenAt = takenAt,
            Storage = BackupManifest.Kind(stores),
            Schemas = schemas,
            Files = files,
        };
        await using var json = new MemoryStream(manifest.ToJson());
        await tar.WriteEntryAsync(Entry(BackupManifest.FileName, json), cancellationToken);
        await tar.DisposeAsync();
        await packed.DisposeAsync();
        target.Flush(flushToDisk: true);
        return manifest;
    }

    private static async Task<BackupFile> AppendAsync(TarWriter tar, string copy, string name, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(copy);
        var checksum = await SHA256.HashDataAsync(content, cancellationToken);
        content.Position = 0;
        await tar.WriteEntryAsync(Entry(name, content), cancellationToken);
        return new BackupFile(name, content.Length, Convert.ToHexStringLower(checksum));
    }

    // First, since it may grow or be replaced meanwhile.
    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using var copy = PrivateFiles.Open(to, FileMode.CreateNew);
        await source.CopyToAsync(copy, cancellationToken);
    }

    private static PaxTarEntry Entry(string name, Stream content) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnFile };

    // Not the files of SQLite, nor a service's own copies before an upgrade, nor locks; and what a link leads to is in somebody else's
    // care.
    private static IEnumerable<string> Others(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
            )
            .Select(f => Path.GetRelativePath(folder, f))
            .Where(f =>
                !f.EndsWith(".lock", StringComparison.Ordinal)
                && !f.EndsWith(".db", StringComparison.Ordinal)
                && !f.Contains(".db.", StringComparison.Ordinal)
                && !f.Contains(".db-", StringComparison.Ordinal)
                && f != BackupManifest.FileName
            )
            .Order(StringComparer.Ordinal);
}
