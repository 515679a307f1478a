using System.Security.Cryptography;

namespace SmartQueue.Users.Credentials;

/// <summary>Where a <see cref="KeyRing"/> has its keys from. It is asked by one at a time.</summary>
internal interface IKeySource
{
    /// <summary>Whether it is worth reading again.</summary>
    /// <param name="unknown">Somebody asks for a key that was not in it.</param>
    bool IsDue(bool unknown);

    /// <summary>The keys, the one that signs first; <c>null</c> if they are as they were when it was read before.</summary>
    /// <exception cref="Hosting.Settings.StartupException">They cannot be used.</exception>
    Task<IReadOnlyList<ECDsa>?> ReadAsync(CancellationToken cancellationToken);
}
