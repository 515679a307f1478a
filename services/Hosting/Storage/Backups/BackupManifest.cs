using System.Text.Json;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage.Backups;

/// <summary>What a backup says of itself; the last file of the archive, so one that was cut off has none.</summary>
public sealed record BackupManifest
{
    /// <summary>Its name in the archive.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The stores are in the archive.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>The stores are databases of a server, and not in the archive.</summary>
    public const string MongoDb = "mongodb";

    private const int KnownFormat = 1;

    private static readonly JsonSerializerOptions Json = Conventions();

    /// <summary>How archive and manifest are made up.</summary>
    public int Format { get; init; } = KnownFormat;

    /// <summary>The version of the product that made it.</summary>
    public string Product { get; init; } = ServiceProcess.Version;

    /// <summary>The one moment all stores are of, UTC.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>What the stores were kept in: <see cref="Sqlite"/> or <see cref="MongoDb"/>.</summary>
    public required string Storage { get; init; }

    /// <summary>The schema version of each service that had a store.</summary>
    public required IReadOnlyDictionary<string, int> Schemas { get; init; }

    /// <summary>Every other file of the archive.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="JsonException">It is no manifest.</exception>
    internal static BackupManifest Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<BackupManifest>(json, Json) ?? throw new JsonException();

    /// <summary>Says no where this process could not start on what the archive holds.</summary>
    /// <param name="stores">The storage of this process.</param>
    /// <exception cref="StartupException">It could not.</exception>
    internal void Require(IReadOnlyList<StoreView> stores)
    {
        if (Format > KnownFormat)
            throw new StartupException(
                $"The backup was made by SmartQueue {Product} in a form that this one does not know; restore it with that one."
            );
        if (Storage != Kind(stores))
        {
            throw new StartupException(
                Storage == Sqlite
                    ? "The backup holds SQLite files, but MONGODB_URI is set: restore it without that setting."
                    : "The backup is of a system on MongoDB, but MONGODB_URI is not set: set it as it was there."
            );
        }

        foreach (var (service, version) in Schemas)
        {
            var store = stores.FirstOrDefault(s => s.Service == service)
                ?? throw new StartupException(
                    $"The backup was made by SmartQueue {Product} and holds {service}, which this one does not know; restore it with that one."
                );
            if (version > store.Steps.Count)
                throw new StartupException(
                    $"The backup holds {service} of version {version}, and this SmartQueue knows {store.Steps.Count} at most; restore it with SmartQueue {Product} or later."
                );
        }
    }

    private static JsonSerializerOptions Conventions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true };
        options.UseWireConventions();
        return options;
    }

    internal static string Kind(IReadOnlyList<StoreView> stores) => stores.Any(s => s.File is not null) ? Sqlite : MongoDb;
}
