using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>
/// The schema of one service's storage: numbered steps that only go forward. Step n takes what version n - 1 left to version n; the
/// version is kept in the storage itself.
/// </summary>
public interface ISchema
{
    /// <summary>The service whose storage it is, as in <see cref="Modules.ServiceNames"/>.</summary>
    string Service { get; }

    /// <summary>The version this process works with: the number of its steps.</summary>
    int Target { get; }

    /// <summary>The version of the storage as it is; 0 where it is empty or older than versions.</summary>
    Task<int> VersionAsync(CancellationToken cancellationToken);

    /// <summary>Takes the steps that are missing; with none missing it changes nothing.</summary>
    /// <exception cref="StartupException">The storage is of a later version than this process knows.</exception>
    Task UpgradeAsync(CancellationToken cancellationToken);
}
