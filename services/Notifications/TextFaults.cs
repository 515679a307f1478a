using System.Text.RegularExpressions;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications;

/// <summary>What is wrong with a text that somebody else than we wrote, on the page or in a folder.</summary>
internal static partial class TextFaults
{
    private const string Link = "link";

    /// <summary>The field, <c>subject</c> or <c>message</c>, and the rule that it breaks; empty for a text that can be sent.</summary>
    /// <param name="template">One of <see cref="TemplateNames"/>.</param>
    /// <param name="text">The text, its placeholders not filled.</param>
    public static IEnumerable<(string Field, string Rule)> Of(string template, MessageText text)
    {
        var known = TemplateNames.PlaceholdersOf(template);
        var hasLink = TemplateNames.WithLink.Contains(template);
        // A link is taken out of what is kept of a message, and of nothing else.
        foreach (var fault in Unknown("subject", text.Subject, hasLink ? [] : known).Concat(Unknown("message", text.Message, known)))
            yield return fault;
        if (hasLink && text.Message.Length > 0 && !In(text.Message).Contains(Link))
            yield return ("message", $"must hold {{{Link}}}");
    }

    private static IEnumerable<(string Field, string Rule)> Unknown(string field, string text, IReadOnlyList<string> allowed) =>
        from name in In(text).Except(allowed)
        select (
            field,
            $"must not hold {{{name}}}; "
                + (
                    allowed.Count == 0
                        ? "nothing is filled in here"
                        : "what is filled in is " + string.Join(", ", allowed.Select(a => $"{{{a}}}"))
                )
        );

    // What stands in braces, as it is written there.
    private static IEnumerable<string> In(string text) => Braces().Matches(text).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"\{([^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}
