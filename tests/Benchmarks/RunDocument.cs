using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Benchmarks;

/// <summary>A run as a file, and as the table of a page.</summary>
internal static class RunDocument
{
    private const string Begin = "<!-- Made by ./run benchmark --readme: begin -->";
    private const string End = "<!-- Made by ./run benchmark --readme: end -->";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All of a run, for programs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="at">When it ended, UTC.</param>
    public static string Json(Run run, DateTimeOffset at) =>
        JsonSerializer.Serialize(
            new
            {
                at = at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                version = Version(),
                form = run.IsShort ? "short" : "whole",
                processors = Environment.ProcessorCount,
                memoryGigabytes = Memory(),
                system = RuntimeInformation.OSDescription,
                runtime = RuntimeInformation.FrameworkDescription,
                rows = run.Rows.Select(r => new
                {
                    r.Id,
                    measured = r.What,
                    ours = r.Ours,
                    against = new
                    {
                        r.Against.Value,
                        r.Against.Unit,
                        what = r.AgainstWhat,
                    },
                    r.Ratio,
                    better = r.Better == Better.Higher ? "higher" : "lower",
                    r.Aim,
                    r.IsMet,
                }),
                notes = run.Notes,
            },
            Indented
        ) + "\n";

    /// <summary>Puts the table into a page, between its two marks.</summary>
    /// <exception cref="InvalidOperationException">The page has no marks.</exception>
    public static async Task WritePageAsync(string page, Run run, DateTimeOffset at)
    {
        var text = await File.ReadAllTextAsync(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{page} has no place for the table: {Begin} and {End}.");
        await File.WriteAllTextAsync(page, text[..(begin + Begin.Length)] + "\n\n" + Markdown(run, at) + "\n" + text[end..]);
    }

    private static string Markdown(Run run, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Version {Version()}, {at:yyyy-MM-dd}, {(run.IsShort ? "the short form, " : "")}{Environment.ProcessorCount} processors, {Memory()} GB of memory, the load on the same machine.\n\n"
        );
        text.Append("| ").AppendJoin(" | ", RowTable.Columns).Append(" |\n|---|---|--:|--:|--:|--:|\n");
        foreach (var row in run.Rows)
            text.Append("| ").AppendJoin(" | ", RowTable.Cells(row)).Append(" |\n");
        if (run.Notes.Count > 0)
            text.Append('\n');
        foreach (var note in run.Notes)
            text.Append("- ").Append(note).Append('\n');
        return text.ToString();
    }

    private static string Version() =>
        typeof(SystemProcess).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static int Memory() => (int)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024));
}
