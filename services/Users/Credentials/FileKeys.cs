using System.Security.Cryptography;

namespace SmartQueue.Users.Credentials;

/// <summary>The keys of the file that <c>JWT_SIGNING_KEY</c> names.</summary>
internal sealed class FileKeys : IKeySource
{
    private readonly string path;
    private DateTime writtenAt;
    private IReadOnlyList<ECDsa>? first;

    /// <summary>Reads the file, or makes it, so that a wrong one stops the start.</summary>
    /// <exception cref="Hosting.Settings.StartupException">It cannot be used.</exception>
    public FileKeys(string path)
    {
        this.path = path;
        first = SigningKeyFile.Load(path);
        // Afterwards, since the reading may have made it. A change in between is seen at the next one.
        writtenAt = File.GetLastWriteTimeUtc(path);
    }

    public bool IsDue(bool unknown) => File.GetLastWriteTimeUtc(path) != writtenAt;

    public Task<IReadOnlyList<ECDsa>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (first is { } keys)
        {
            first = null;
            return Task.FromResult<IReadOnlyList<ECDsa>?>(keys);
        }

        // The time first: a change in between is then seen at the next look.
        writtenAt = File.GetLastWriteTimeUtc(path);
        // Not Load's way of making an absent file: a key nobody else has would be published.
        return Task.FromResult(File.Exists(path) ? SigningKeyFile.Load(path) : null);
    }
}
