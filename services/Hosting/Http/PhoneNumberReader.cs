using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PhoneNumbers;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Http;

/// <summary>
/// Reads phone numbers as people's devices give them, and keeps them in one form: E.164, with <c>x</c> and the extension where there is
/// one.
/// A local number is of the country of the house: <c>DEFAULT_COUNTRY</c>, else the one its time zone lies in. Where neither tells, a local
/// number is kept as its digits: people can dial it, a provider of text messages cannot.
/// </summary>
public sealed partial class PhoneNumberReader
{
    /// <summary>The longest text that is looked at.</summary>
    public const int MaxLength = 64;

    // The longest number there is (E.164); the shortest are those to call for help.
    private const int MostDigits = 15;
    private const int FewestDigits = 3;
    private const string NoCountry = "ZZ";
    private const char ExtensionMark = 'x';
    private static readonly PhoneNumberUtil Plans = PhoneNumberUtil.GetInstance();

    private readonly string? country;

    private PhoneNumberReader(string? country) => this.country = country;

    /// <summary>What a number has to be, in the words of a field's rule.</summary>
    public string Rule =>
        country is null ? "must be a phone number" : $"must be a phone number of {country}, or begin with + and the country code";

    /// <summary>Reads <c>DEFAULT_COUNTRY</c>; where it is not set, the country of the default time zone.</summary>
    /// <exception cref="StartupException"><c>DEFAULT_COUNTRY</c> is no country.</exception>
    public static PhoneNumberReader From(SettingsReader settings)
    {
        if (settings.Text("DEFAULT_COUNTRY") is not { } country)
            return new PhoneNumberReader(ZoneCountries.Find(settings.TimeZone("DEFAULT_TIME_ZONE", TimeZoneInfo.Local.Id)));
        if (!Plans.GetSupportedRegions().Contains(country.ToUpperInvariant()))
            throw new StartupException(
                $"DEFAULT_COUNTRY must be the two letters of a country (ISO 3166-1) such as ES, but is '{country}'."
            );
        return new PhoneNumberReader(country.ToUpperInvariant());
    }

    /// <summary>The number in the form it is kept; <c>null</c> if it is none.</summary>
    public string? Read(string text)
    {
        var match = Shape().Match(Folded(text));
        if (!match.Success)
            return null;
        var (number, extension) = (match.Groups["number"].Value, match.Groups["extension"].Value);
        var digits = string.Concat(number.Where(char.IsAsciiDigit));
        if (digits.Length < FewestDigits)
            return null;
        // The prefix of calls abroad that the ITU recommends, where no country's own is known.
        if (country is null && digits.StartsWith("00", StringComparison.Ordinal))
            (number, digits) = ("+" + digits[2..], digits[2..]);
        var kept = country is null && !number.StartsWith('+') ? Local(digits) : International(number);
        return kept is null || extension.Length == 0 ? kept : kept + ExtensionMark + extension;
    }

    /// <summary>A kept number as a provider dials it, E.164; <c>null</c> if its country is not known.</summary>
    public string? Dialable(string kept) => Read(kept) is { } number && number.StartsWith('+') ? number.Split(ExtensionMark)[0] : null;

    private static string? Local(string digits) => digits.Length <= MostDigits ? digits : null;

    private string? International(string number)
    {
        try
        {
            var parsed = Plans.Parse(number, country ?? NoCountry);
            return Plans.IsPossibleNumber(parsed) ? Plans.Format(parsed, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    // Digits of any script, dashes and spaces of any width as the plain ones; without the invisible marks that come along when a number is
    // copied.
    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.DecimalDigitNumber:
                    folded.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
                    break;
                case UnicodeCategory.DashPunctuation:
                    folded.Append('-');
                    break;
                case UnicodeCategory.SpaceSeparator:
                    folded.Append(' ');
                    break;
                case UnicodeCategory.Format:
                    break;
                default:
                    // Full-width plus, brackets, dots and letters; the minus sign.
                    folded.Append(rune.ToString().Normalize(NormalizationForm.FormKC).Replace('\u2212', '-'));
                    break;
            }
        }

        return folded.ToString().Trim();
    }

    [GeneratedRegex(
        """
            ^(tel:)?\s*
            \(?(?<number> \+? \(? [0-9] [0-9\ ().\-/]*?)
            (\s* (,|;ext=|x|ext\.?|extension|\#) \s* (?<extension>[0-9]{1,7}))?
            $
            """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Shape();
}
