using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartQueue.Mutation;

/// <summary>The files that are mutated, and of each the lines; no lines for all of them.</summary>
internal static partial class Places
{
    /// <exception cref="MutationException">There is no such path, or no such commit.</exception>
    public static async Task<IReadOnlyDictionary<string, HashSet<int>?>> OfAsync(string root, Choice choice)
    {
        if (choice.Paths.Count > 0)
            return Named(root, choice.Paths);
        if (choice.All)
            return Files(root, "services").Where(Rooms.IsWatched).ToDictionary(f => f, _ => (HashSet<int>?)null);
        return await ChangedAsync(root, choice.Base);
    }

    private static Dictionary<string, HashSet<int>?> Named(string root, IEnumerable<string> paths)
    {
        var found = new Dictionary<string, HashSet<int>?>();
        foreach (var path in paths)
        {
            var parts = path.Split(':');
            if (parts.Length == 2 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var line))
            {
                found.TryAdd(parts[0], []);
                found[parts[0]]?.Add(line);
            }
            else if (File.Exists(Path.Combine(root, path)))
            {
                found[path] = null;
            }
            else if (Directory.Exists(Path.Combine(root, path)))
            {
                foreach (var file in Files(root, path).Where(Rooms.CanBeMutated))
                    found[file] = null;
            }
            else
            {
                throw new MutationException($"There is no {path}.");
            }
        }

        return found;
    }

    private static IEnumerable<string> Files(string root, string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyDictionary<string, HashSet<int>?>> ChangedAsync(string root, string since)
    {
        var common = (await Shell.RequireAsync("git", ["merge-base", since, "HEAD"], root)).Trim();
        var difference = await Shell.RequireAsync(
            "git",
            ["diff", "--no-color", "--no-ext-diff", "-U0", "--diff-filter=d", common, "--", "services"],
            root
        );
        var found = new Dictionary<string, HashSet<int>?>();
        var lines = new HashSet<int>();
        foreach (Match match in Hunk().Matches(difference))
        {
            if (match.Groups["file"].Success)
            {
                lines = [];
                if (Rooms.IsWatched(match.Groups["file"].Value))
                    found[match.Groups["file"].Value] = lines;
                continue;
            }

            var first = int.Parse(match.Groups["first"].Value, CultureInfo.InvariantCulture);
            var count = match.Groups["count"].Success ? int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
            lines.UnionWith(Enumerable.Range(first, count));
        }

        return found;
    }

    [GeneratedRegex(@"^(?:\+\+\+ b/(?<file>.+)|@@ -\S+ \+(?<first>\d+)(?:,(?<count>\d+))? @@)", RegexOptions.Multiline)]
    private static partial Regex Hunk();
}
