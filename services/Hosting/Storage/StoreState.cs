using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>A service's storage at one look.</summary>
/// <param name="Store">The storage.</param>
/// <param name="Version">The version it was of; <c>null</c> where there was nothing yet.</param>
public sealed record StoreState(StoreView Store, int? Version)
{
    /// <summary>The steps that the next start takes, by the version each leads to.</summary>
    public IReadOnlyList<(int Version, string Summary)> Pending =>
        [.. Store.Steps.Index().Skip(Version ?? 0).Select(s => (s.Index + 1, s.Item))];

    /// <summary>The file in which the next start keeps the storage as it is now; <c>null</c> where it keeps none.</summary>
    public string? KeptCopy => Store.File is { } file && Version is { } version && Pending.Count > 0 ? SqliteCopy(file, version) : null;

    /// <summary>Why this process cannot work with it; <c>null</c> where it can.</summary>
    public StartupException? Refusal =>
        Version is { } version && version > Store.Steps.Count ? StoreView.Later(Store.Place, version, Store.Steps.Count) : null;

    internal static string SqliteCopy(string file, int version) => $"{file}.v{version}";
}
