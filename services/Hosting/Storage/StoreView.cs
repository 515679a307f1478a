using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>The storage of one service seen from beside, while its process runs or not. To look makes, changes and locks nothing.</summary>
/// <param name="Service">The service.</param>
/// <param name="Place">What it is kept in, such as <c>file /data/tickets.db</c>.</param>
/// <param name="Steps">What each step of the schema does, the first to version 1.</param>
/// <param name="VersionAsync">The version it is of; <c>null</c> where there is nothing yet.</param>
public sealed record StoreView(string Service, string Place, IReadOnlyList<string> Steps, Func<CancellationToken, Task<int?>> VersionAsync)
{
    /// <summary>Absolute path of the SQLite file; <c>null</c> with MongoDB.</summary>
    public string? File { get; init; }

    /// <summary>Address of the MongoDB, without a password; <c>null</c> with SQLite.</summary>
    public string? Server { get; init; }

    /// <summary>Reads the version as it is now, and says what a start would do about it.</summary>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public async Task<StoreState> LookAsync(CancellationToken cancellationToken) => new(this, await VersionAsync(cancellationToken));

    internal static StartupException Later(string place, int version, int known) =>
        new(
            $"The {place} is of version {version}, and this SmartQueue knows {known} at most; start the later SmartQueue again, or restore a backup."
        );
}
