using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// The keys in the store, which all processes of the service share. Before there are any, the first process to start puts those of the
/// installation's key file there, or makes one.
/// </summary>
internal sealed class StoredKeys(IUserStore store, UsersOptions options, TimeProvider time, ILogger<StoredKeys> log) : IKeySource
{
    /// <summary>At most so often, however many tokens with unknown keys strangers send.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private long version;
    private long readAt;

    public bool IsDue(bool unknown) => unknown && time.GetElapsedTime(readAt) >= Interval;

    public async Task<IReadOnlyList<ECDsa>?> ReadAsync(CancellationToken cancellationToken)
    {
        readAt = time.GetTimestamp();
        var set = await EnsureAsync(cancellationToken);
        if (set.Version == version)
            return null;
        var keys = SigningKeyPem.Read(set.Pem);
        version = set.Version;
        return keys;
    }

    /// <summary>Puts a new key first and keeps the latest ones before it. Running processes know it as soon as a token of it comes, and
    /// sign with it from their next start on.</summary>
    public async Task RotateAsync(CancellationToken cancellationToken)
    {
        SigningKeySet set;
        do set = await EnsureAsync(cancellationToken);
        while (!await store.SaveSigningKeysAsync(SigningKeyPem.Rotated(set.Pem), set.Version, cancellationToken));
    }

    private async Task<SigningKeySet> EnsureAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.FindSigningKeysAsync(cancellationToken) is { } set)
                return set;
            var file = File.Exists(options.FormerKeyFile) ? options.FormerKeyFile : null;
            var pem = file is null ? SigningKeyPem.New() : SigningKeyFile.ReadText(file);
            if (await store.SaveSigningKeysAsync(pem, expectedVersion: 0, cancellationToken))
            {
                if (file is not null)
                    UsersLog.KeysTakenOver(log, file);
                return new SigningKeySet(pem, 1);
            }

            // Another process was first. What it wrote may take a moment to be read everywhere.
            await Task.Delay(Step, time, cancellationToken);
        }
    }
}
