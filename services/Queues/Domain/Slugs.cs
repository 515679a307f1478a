using System.Globalization;
using System.Text;

namespace SmartQueue.Queues.Domain;

/// <summary>Names of branches in addresses.</summary>
internal static class Slugs
{
    private const int Shortest = 2;
    private const int Longest = 40;

    // Of a name that has no letter of these, such as one in Arabic.
    private const string Fallback = "branch";

    /// <summary>What a slug must be.</summary>
    public const string Rule = "must be 2 to 40 lower-case letters, digits and hyphens";

    /// <summary>Whether a text may be one.</summary>
    public static bool IsSlug(string text) => text.Length is >= Shortest and <= Longest && text.All(IsPart);

    /// <summary>Whether it could be taken for the id of a branch, which is looked for first.</summary>
    public static bool LooksLikeId(string slug) => slug == Contracts.Branches.Main || Guid.TryParseExact(slug, "D", out _);

    /// <summary>Slugs for a name, the nicest first: <c>old-town</c>, then <c>old-town-2</c> and so on without end.</summary>
    public static IEnumerable<string> For(string name)
    {
        var words = Words(name);
        var slug = words.Length < Shortest ? Fallback : words;
        for (var n = 1; ; n++)
        {
            var end = n == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{n}");
            yield return slug[..Math.Min(slug.Length, Longest - end.Length)].TrimEnd('-') + end;
        }
    }

    private static string Words(string name)
    {
        var words = new StringBuilder();
        // Marks come apart from their letters: é is e.
        foreach (var c in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                words.Append(c);
            else if (words.Length > 0 && words[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                words.Append('-');
        }

        return words.ToString().Trim('-');
    }

    private static bool IsPart(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
}
