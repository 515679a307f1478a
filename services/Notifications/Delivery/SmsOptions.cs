using System.Text;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications.Delivery;

/// <summary>The provider of text messages.</summary>
/// <param name="Address">Where messages are posted to, without user and password.</param>
/// <param name="Twilio">A form as Twilio takes it; else JSON.</param>
/// <param name="Credentials">User and password for basic authentication.</param>
/// <param name="From">The number or name messages come from.</param>
/// <param name="Secret">Signs JSON messages.</param>
internal sealed record SmsOptions(Uri Address, bool Twilio, string? Credentials, string? From, byte[]? Secret)
{
    private const int ShortestSecret = 16;

    /// <summary>The most messages at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>
    /// Reads <c>SMS_WEBHOOK_URL</c>, <c>SMS_FORMAT</c> (<c>json</c> or <c>twilio</c>), <c>SMS_FROM</c> and <c>SMS_WEBHOOK_SECRET</c>;
    /// <c>null</c> where there is no provider. Twilio is <c>https://SID:TOKEN@api.twilio.com/2010-04-01/Accounts/SID/Messages.json</c>.
    /// </summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static SmsOptions? Read(SettingsReader settings)
    {
        var format = settings.Text("SMS_FORMAT") ?? "json";
        if (format is not ("json" or "twilio"))
            throw new StartupException("SMS_FORMAT must be json or twilio.");
        if (settings.Address("SMS_WEBHOOK_URL", "http", "https") is not { } url)
            return null;
        var twilio = format == "twilio";
        var secret = settings.Text("SMS_WEBHOOK_SECRET");
        var from = settings.Text("SMS_FROM");
        if (!twilio && (secret is null || secret.Length < ShortestSecret))
            throw new StartupException(
                "SMS_WEBHOOK_SECRET must be set, with 16 characters or more, so that the receiver of SMS_WEBHOOK_URL can tell our messages from others'."
            );
        if (twilio && (from is null || url.UserInfo.Length == 0))
            throw new StartupException(
                "SMS_FORMAT twilio needs SMS_FROM, and SMS_WEBHOOK_URL with the account and its token: https://SID:TOKEN@host/path."
            );
        return new SmsOptions(
            new UriBuilder(url) { UserName = "", Password = "" }.Uri,
            twilio,
            url.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(url.UserInfo),
            from,
            secret is null ? null : Encoding.UTF8.GetBytes(secret)
        )
        {
            Concurrency = settings.Number("SMS_CONCURRENCY", 8, 1, 100),
        };
    }
}
