using System.Text.Json;

namespace SmartQueue.Benchmarks;

/// <summary>The ratios that CI holds a change against, by row.</summary>
internal static class KeptRatios
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(string file)
    {
        if (!File.Exists(file))
            return new Dictionary<string, double>();
        await using var stream = File.OpenRead(file);
        return (await JsonSerializer.DeserializeAsync<Dictionary<string, double>>(stream))!;
    }

    /// <summary>Keeps those of a run; rows that were not measured stay as they are.</summary>
    public static async Task WriteAsync(string file, IEnumerable<Row> rows)
    {
        var kept = new SortedDictionary<string, double>(new Dictionary<string, double>(await ReadAsync(file)), StringComparer.Ordinal);
        foreach (var row in rows.Where(r => r.IsKept))
            kept[row.Id] = Math.Round(row.ToKeep, 3);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(kept, Indented) + "\n");
    }
}
