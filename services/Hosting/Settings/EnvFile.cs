using System.Text;
using System.Text.RegularExpressions;

namespace SmartQueue.Hosting.Settings;

/// <summary>
/// The settings in a file <c>.env</c>: <c>NAME=value</c> lines, <c>#</c> comments, an <c>export</c> before the name, and quotes around the
/// value; within double ones <c>\n</c>, <c>\"</c> and <c>\\</c> stand for what they do in a shell. Nothing is expanded.
/// </summary>
public static partial class EnvFile
{
    private const string Name = ".env";

    /// <summary>Reads the file in a folder; empty where there is none.</summary>
    /// <exception cref="StartupException">It cannot be read, or a line is not of that form.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        try
        {
            if (!File.Exists(path))
                return settings;
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                var text = line.Trim();
                if (text.Length == 0 || text[0] == '#')
                    continue;
                var match = Line().Match(text);
                // The line may hold a password: say where it is, not what.
                if (!match.Success)
                    throw new StartupException($"Line {number} of {path} must be of the form NAME=value.");
                settings[match.Groups["name"].Value] =
                    match.Groups["single"].Success ? match.Groups["single"].Value
                    : match.Groups["double"].Success ? Unescape(match.Groups["double"].Value)
                    : match.Groups["plain"].Value.Trim();
            }

            return settings;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file {path} cannot be read: {e.Message}", e);
        }
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
                text.Append(value[i]);
            else
                text.Append(
                    value[++i] switch
                    {
                        'n' => "\n",
                        '"' => "\"",
                        '\\' => "\\",
                        var other => "\\" + other,
                    }
                );
        }

        return text.ToString();
    }

    [GeneratedRegex(
        """^(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:'(?<single>[^']*)'(?:\s+#.*)?|"(?<double>(?:[^"\\]|\\.)*)"(?:\s+#.*)?|(?<plain>(?!['"])(?:(?!\s#).)*)(?:\s#.*)?)$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Line();
}
