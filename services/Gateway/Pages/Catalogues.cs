using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway.Pages;

/// <summary>
/// The texts of the pages. A language is <c>TAG.json</c>, named by its BCP 47 tag, with what everyone reads, and <c>staff/TAG.json</c>
/// with what only staff and accounts do. What a folder of the operator's has is put over what was built in, and a text that a language
/// lacks is the English one.
/// </summary>
internal sealed partial class Catalogues
{
    private const string English = "en";
    private const string Staff = "staff/";
    private const string Extension = ".json";

    // The texts are read as UTF-8: letters beyond ASCII need no escapes.
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, byte[]> changed = new(StringComparer.Ordinal);

    /// <summary>Reads those that were built in, and those of the folder, if it is there.</summary>
    /// <param name="builtIn">By the end of their address, such as <c>staff/de.json</c>.</param>
    /// <param name="folder">What operators put there.</param>
    /// <exception cref="StartupException">A file of the folder is no catalogue.</exception>
    public Catalogues(IReadOnlyDictionary<string, byte[]> builtIn, string folder)
    {
        var added = ReadFolder(folder, "").Concat(ReadFolder(folder, Staff)).ToDictionary(StringComparer.Ordinal);
        var tags = builtIn.Keys.Concat(added.Keys).Select(n => Path.GetFileNameWithoutExtension(n)).Distinct(StringComparer.Ordinal);
        Languages =
        [
            .. tags.Select(tag => Language(tag, Texts(tag + Extension), Texts(Staff + tag + Extension)))
                .OrderBy(l => l.Name, StringComparer.Ordinal),
        ];

        byte[] Texts(string name)
        {
            var complete = builtIn.GetValueOrDefault(name);
            if (complete is not null && !added.ContainsKey(name))
                return complete;
            var english = builtIn[(name.StartsWith(Staff, StringComparison.Ordinal) ? Staff : "") + English + Extension];
            var texts = Parse(english);
            foreach (var over in (Dictionary<string, string>?[])[complete is null ? null : Parse(complete), added.GetValueOrDefault(name)])
            foreach (var (key, text) in over?.Where(t => texts.ContainsKey(t.Key)) ?? [])
                texts[key] = text;
            return changed[name] = JsonSerializer.SerializeToUtf8Bytes(texts, Format);
        }
    }

    /// <summary>All there are, by name.</summary>
    public IReadOnlyList<PageLanguage> Languages { get; }

    /// <summary>Those that are not as they were built in, by the end of their address.</summary>
    public IReadOnlyDictionary<string, byte[]> Changed => changed;

    private static PageLanguage Language(string tag, byte[] texts, byte[] staff)
    {
        var said = Parse(texts);
        return new PageLanguage(
            tag,
            said["languageName"],
            said["direction"],
            said["trying"],
            Convert.ToHexStringLower(SHA256.HashData([.. texts, .. staff]).AsSpan(0, 4))
        );
    }

    private static Dictionary<string, string> Parse(byte[] texts) => JsonSerializer.Deserialize<Dictionary<string, string>>(texts)!;

    private static Dictionary<string, Dictionary<string, string>> ReadFolder(string folder, string part)
    {
        var path = Path.Combine(folder, part);
        var found = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path, "*" + Extension) : [])
        {
            if (!LanguageTag().IsMatch(Path.GetFileNameWithoutExtension(file)))
                throw new StartupException($"The texts in {file} must have the name of their language, such as fr.json or pt-BR.json.");
            try
            {
                found.Add(part + Path.GetFileName(file), Parse(File.ReadAllBytes(file)));
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"The texts in {file} cannot be read: {e.Message}", e);
            }
        }

        return found;
    }

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
