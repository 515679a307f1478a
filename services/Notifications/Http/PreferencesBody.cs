using System.Text.RegularExpressions;
using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Http;

/// <summary>Preferences as they are asked for and set. Setting replaces them all: what is left out is on, and no language.</summary>
/// <param name="Channels">What is on and off.</param>
/// <param name="Language">BCP 47 tag, such as <c>de</c> or <c>pt-BR</c>.</param>
internal sealed partial record PreferencesBody(ChannelSwitches? Channels, string? Language)
{
    private const int MaxTagLength = 35;

    /// <summary>As it goes out.</summary>
    public static PreferencesBody Of(Preferences preferences) =>
        new(new ChannelSwitches(preferences.Inapp, preferences.Email, preferences.Sms, preferences.Push), preferences.Language);

    /// <summary>As it is kept.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>VALIDATION_FAILED</c>.</exception>
    public Preferences Read()
    {
        var errors = new FieldErrors();
        var language = errors.Optional("language", Language, MaxTagLength);
        if (language is not null && !LanguageTag().IsMatch(language))
            errors.Add("language", "must be a language tag such as de or pt-BR");
        errors.ThrowIfAny();
        return new Preferences
        {
            Inapp = Channels?.Inapp ?? true,
            Email = Channels?.Email ?? true,
            Sms = Channels?.Sms ?? true,
            Push = Channels?.Push ?? true,
            Language = language,
        };
    }

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
