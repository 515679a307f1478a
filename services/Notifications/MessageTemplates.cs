using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications;

/// <summary>
/// All texts, by language. A language is added by adding <c>Templates/LANGUAGE.json</c>, named by its BCP 47 tag, with the templates of
/// English; or, without a build, to a folder of the operator's, where a template may be left out and is English then.
/// </summary>
internal sealed partial class MessageTemplates
{
    private const string Folder = "Templates/";
    private const string Extension = ".json";
    private const string Fallback = "en";
    private readonly Dictionary<string, Dictionary<string, MessageText>> languages;

    /// <summary>The texts that come with the service.</summary>
    /// <exception cref="InvalidOperationException">A language lacks a template.</exception>
    public MessageTemplates()
        : this(BuiltIn()) { }

    /// <summary>The texts that come with the service, and over them those of a folder, if it is there.</summary>
    /// <exception cref="StartupException">A file of the folder has no texts, or a text has a placeholder that its template has
    /// not.</exception>
    public MessageTemplates(string folder)
        : this(WithThose(folder)) { }

    /// <summary>These texts, by language and template.</summary>
    /// <exception cref="InvalidOperationException">A language lacks a template.</exception>
    public MessageTemplates(IReadOnlyDictionary<string, Dictionary<string, MessageText>> texts)
    {
        languages = new(texts, StringComparer.OrdinalIgnoreCase);
        foreach (var (language, templates) in languages)
        {
            if (TemplateNames.All.FirstOrDefault(name => !templates.ContainsKey(name)) is { } missing)
                throw new InvalidOperationException($"The language {language} has no template '{missing}'.");
        }
    }

    /// <summary>The languages there are.</summary>
    public IReadOnlyCollection<string> Languages => languages.Keys;

    /// <summary>The text of a template in the nearest language: <c>de-AT</c>, else <c>de</c>, else English.</summary>
    /// <param name="language">A BCP 47 tag, or <c>null</c>.</param>
    /// <param name="template">One of <see cref="TemplateNames"/>.</param>
    /// <param name="values">What stands for each <c>{name}</c>.</param>
    public MessageText Render(string? language, string template, IReadOnlyDictionary<string, string> values)
    {
        var tag = Nearest(language);
        return Fill(Of(tag, template), values) with { Language = tag };
    }

    /// <summary>The text of a template as it comes with the service, its placeholders not filled.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="template">One of <see cref="TemplateNames"/>.</param>
    public MessageText Of(string language, string template) => languages[language][template];

    /// <summary>Puts values in the place of what stands in braces, in one pass: braces in a queue's name stay as they are.</summary>
    public static MessageText Fill(MessageText text, IReadOnlyDictionary<string, string> values)
    {
        return new MessageText(Filled(text.Subject), Filled(text.Message));

        string Filled(string pattern) => Placeholder().Replace(pattern, m => values[m.Groups[1].Value]);
    }

    /// <summary>A place in line as the language's texts want it: with its ending in English, else the number alone.</summary>
    public static string Place(string language, int place)
    {
        var number = place.ToString(CultureInfo.InvariantCulture);
        if (!language.StartsWith(Fallback, StringComparison.OrdinalIgnoreCase))
            return number;
        return number
            + (
                place % 100 is >= 11 and <= 13
                    ? "th"
                    : (place % 10) switch
                    {
                        1 => "st",
                        2 => "nd",
                        3 => "rd",
                        _ => "th",
                    }
            );
    }

    /// <summary>A day as the language writes it, with the day of the week.</summary>
    public static string Date(string language, DateTime local) => local.ToString("D", CultureInfo.GetCultureInfo(language));

    /// <summary>A time of day as the language writes it.</summary>
    public static string Time(string language, DateTime local) =>
        // A narrow blank would make two text messages of one.
        local.ToString("t", CultureInfo.GetCultureInfo(language)).Replace('\u202f', ' ');

    /// <summary>The nearest language there is.</summary>
    public string Nearest(string? language)
    {
        for (var tag = language; tag is { Length: > 0 }; tag = tag.LastIndexOf('-') is > 0 and var cut ? tag[..cut] : null)
        {
            if (languages.ContainsKey(tag))
                return tag;
        }

        return Fallback;
    }

    private static Dictionary<string, Dictionary<string, MessageText>> BuiltIn() =>
        typeof(MessageTemplates)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(Extension, StringComparison.Ordinal))
            .ToDictionary(
                n => n[Folder.Length..^Extension.Length],
                n =>
                {
                    using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(n)!;
                    return Read(stream);
                }
            );

    private static Dictionary<string, Dictionary<string, MessageText>> WithThose(string folder)
    {
        var texts = BuiltIn();
        var english = texts[Fallback].ToDictionary();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension) : [])
        {
            try
            {
                using var stream = File.OpenRead(file);
                var language = texts.GetValueOrDefault(Path.GetFileNameWithoutExtension(file)) ?? english.ToDictionary();
                foreach (var (name, text) in Read(stream).Where(t => english.ContainsKey(t.Key)))
                {
                    if (text is not { Subject.Length: > 0, Message.Length: > 0 })
                        throw new JsonException($"'{name}' lacks a subject or a message.");
                    if (TextFaults.Of(name, text).FirstOrDefault() is ({ } field, var rule))
                        throw new JsonException($"The {field} of '{name}' {rule}.");
                    language[name] = text;
                }

                texts[Path.GetFileNameWithoutExtension(file)] = language;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"The texts in {file} cannot be read: {e.Message}", e);
            }
        }

        return texts;
    }

    private static Dictionary<string, MessageText> Read(Stream stream) =>
        JsonSerializer.Deserialize<Dictionary<string, MessageText>>(stream, JsonSerializerOptions.Web)!;

    [GeneratedRegex(@"\{([a-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
