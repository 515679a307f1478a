using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage.Backups;

/// <summary>Makes a data folder of an archive that <see cref="BackupWriter"/> wrote.</summary>
public static class BackupReader
{
    private const int LongestManifest = 16 * 1024 * 1024;

    /// <summary>
    /// Unpacks and checks the archive in a folder beside <paramref name="folder"/>, and gives that its name when all is found right and on
    /// disk: a process that is killed leaves no data folder that has half of it.
    /// </summary>
    /// <param name="file">The archive.</param>
    /// <param name="folder">The data folder; absent or empty.</param>
    /// <param name="stores">The storage of the process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="StartupException">The folder holds something, or the archive is damaged, not a backup, or of a later
    /// SmartQueue.</exception>
    public static async Task<BackupManifest> RestoreAsync(
        string file,
        string folder,
        IReadOnlyList<StoreView> stores,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(file))
            throw new StartupException($"There is no file {file}.");
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var place = new DirectoryInfo(folder);
        if (place.LinkTarget is not null && place.ResolveLinkTarget(returnFinalTarget: true) is { } target)
            folder = target.FullName;
        RequireEmpty(folder);
        var work = $"{folder}.restoring-{time.NewId()}";
        try
        {
            PrivateFiles.CreateFolder(work);
            var manifest = await UnpackAsync(file, work, stores, cancellationToken);
            Name(work, folder);
            return manifest;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or FormatException)
        {
            throw new StartupException($"{file} is damaged, or no backup of SmartQueue: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be restored: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new StartupException(
                $"{folder} holds something already; restore into a folder that is empty or not there, which SMARTQUEUE_DATA names."
            );
    }

    private static async Task<BackupManifest> UnpackAsync(
        string file,
        string work,
        IReadOnlyList<StoreView> stores,
        CancellationToken cancellationToken
    )
    {
        BackupManifest? manifest = null;
        var unpacked = new List<BackupFile>();
        await using var packed = File.OpenRead(file);
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                throw new InvalidDataException($"'{entry.Name}' is not a file.");
            if (entry.Name == BackupManifest.FileName)
                manifest = await ReadManifestAsync(entry, cancellationToken);
            else
                unpacked.Add(await UnpackAsync(entry, work, cancellationToken));
        }

        // The checksum over all, the manifest too, stands at the end.
        await plain.CopyToAsync(Stream.Null, cancellationToken);
        if (manifest is null)
            throw new InvalidDataException($"It has no {BackupManifest.FileName}, so it is not whole.");
        manifest.Require(stores);
        var wrong = manifest.Files.Except(unpacked).Concat(unpacked.Except(manifest.Files)).FirstOrDefault();
        return wrong is null ? manifest : throw new InvalidDataException($"'{wrong.Path}' is not as {BackupManifest.FileName} says.");
    }

    private static async Task<BackupManifest> ReadManifestAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Length > LongestManifest)
            throw new InvalidDataException($"Its {BackupManifest.FileName} is too long.");
        await using var json = new MemoryStream();
        if (entry.DataStream is { } content)
            await content.CopyToAsync(json, cancellationToken);
        return BackupManifest.Read(json.ToArray());
    }

    private static async Task<BackupFile> UnpackAsync(TarEntry entry, string work, CancellationToken cancellationToken)
    {
        var path = PathOf(entry.Name, work);
        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        await using var file = PrivateFiles.Open(path, FileMode.CreateNew);
        if (entry.DataStream is { } content)
            await content.CopyToAsync(file, cancellationToken);
        file.Flush(flushToDisk: true);
        file.Position = 0;
        return new BackupFile(entry.Name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    private static string PathOf(string name, string work)
    {
        var path = Path.GetFullPath(Path.Combine(work, name));
        return
            path.StartsWith(work + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !name.Contains('\\', StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"'{name}' would lie outside of the data folder.");
    }

    private static void Name(string work, string folder)
    {
        try
        {
            // Empty, as was found; what came meanwhile is not deleted.
            if (Directory.Exists(folder))
                Directory.Delete(folder);
        }
        catch (IOException e)
        {
            throw new StartupException(
                $"{folder} cannot be replaced, as the root of a volume cannot be ({e.Message}); let SMARTQUEUE_DATA name a folder in it.",
                e
            );
        }

        Directory.Move(work, folder);
    }
}
