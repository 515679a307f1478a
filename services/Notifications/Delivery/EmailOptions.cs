using System.Runtime.CompilerServices;
using MimeKit;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications.Delivery;

/// <summary>The mail server that email goes through, and who it is from.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="TlsFirst">TLS from the first byte (<c>smtps://</c>); else STARTTLS.</param>
/// <param name="Credentials">User and password; <c>null</c> signs in as nobody.</param>
/// <param name="From">The sender's address.</param>
internal sealed record EmailOptions(string Host, int Port, bool TlsFirst, (string User, string Password)? Credentials, MailboxAddress From)
{
    private const int SmtpPort = 25;
    private const int SubmissionPort = 587;
    private const int SmtpsPort = 465;

    /// <summary>The most connections at once.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>
    /// Reads <c>SMTP_URL</c>, <c>smtp://user:password@host:587</c> or <c>smtps://…</c>, and whom it is from, see <see cref="MailSender"/>;
    /// <c>null</c> where there is no server.
    /// </summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static EmailOptions? Read(SettingsReader settings)
    {
        var url = settings.Address("SMTP_URL", "smtp", "smtps");
        // Also where there is no server: what is wrong is said all the same.
        var sender = MailSender.Read(settings);
        return url is null || sender is null ? null : Of(url, sender, settings);
    }

    // By itself, so that the library of mail is not in memory where no mail is sent.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static EmailOptions Of(Uri url, MailSender sender, SettingsReader settings)
    {
        var parts = url.UserInfo.Split(':', 2);
        (string, string)? credentials =
            url.UserInfo.Length == 0 ? null
            : parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]))
            : throw new StartupException("SMTP_URL must hold a password beside the user: smtp://user:password@host:587.");
        var tlsFirst = url.Scheme == "smtps";
        var port =
            url.Port > 0 ? url.Port
            : tlsFirst ? SmtpsPort
            : credentials is null ? SmtpPort
            : SubmissionPort;
        return new EmailOptions(url.DnsSafeHost, port, tlsFirst, credentials, new MailboxAddress(sender.Name, sender.Address))
        {
            Connections = settings.Number("SMTP_CONNECTIONS", 4, 1, 100),
        };
    }
}
