using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>
/// Files and folders that only the account of the process may read: they hold password hashes, phone numbers and keys. On Windows, where
/// permissions are inherited from the folder, they are left to it.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder where there is none, and those it is in.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnFolder);
    }

    /// <summary>Opens a file for reading and writing; one that it makes is private.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share = FileShare.None, FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            Options = options,
        };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = OwnFile;
        return new FileStream(path, how);
    }

    /// <summary>Makes the data folder and the files in it private, where they are not, and says so in the log.</summary>
    /// <param name="folder">The data folder. Where there is none, nothing happens.</param>
    /// <param name="log">Where it is told.</param>
    /// <exception cref="StartupException">They belong to another account, or the folder is one that others use too.</exception>
    public static void Tighten(string folder, ILogger log)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return;
        try
        {
            var mode = File.GetUnixFileMode(folder);
            // As /tmp is, and nothing there would find its way any more.
            if (mode.HasFlag(UnixFileMode.StickyBit) || Path.GetPathRoot(folder) == folder)
                throw new StartupException($"SMARTQUEUE_DATA must name a folder of its own, but {folder} is one that others use too.");
            Tighten(folder, mode, log);
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
            {
                // What a link leads to is in somebody else's care.
                if (file.LinkTarget is null)
                    Tighten(file.FullName, file.UnixFileMode, log);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data folder {folder} must be for the account of this process alone, and cannot be made so: {e.Message}",
                e
            );
        }
    }

    private static void Tighten(string path, UnixFileMode mode, ILogger log)
    {
        if (OperatingSystem.IsWindows() || (mode & Others) == UnixFileMode.None)
            return;
        File.SetUnixFileMode(path, mode & ~Others);
        HostingLog.MadePrivate(log, path, Convert.ToString((int)mode, 8));
    }
}
