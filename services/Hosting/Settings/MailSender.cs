using System.Net.Mail;

namespace SmartQueue.Hosting.Settings;

/// <summary>Who mail is from.</summary>
/// <param name="Name">What mail programs show; may be empty.</param>
/// <param name="Address">The address.</param>
public sealed record MailSender(string Name, string Address)
{
    private const string Product = "SmartQueue";

    /// <summary>Reads <c>SMTP_FROM</c>, <c>Name &lt;address&gt;</c>; else the user of <c>SMTP_URL</c> where that is an address, else one at its
    /// host. <c>null</c> where neither is set.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static MailSender? Read(SettingsReader settings)
    {
        if (settings.Text("SMTP_FROM") is { } text)
            return MailAddress.TryCreate(text, out var from)
                ? new MailSender(from.DisplayName, from.Address)
                : throw new StartupException("SMTP_FROM must be an address such as Registry <registry@example.org>.");
        if (settings.Address("SMTP_URL", "smtp", "smtps") is not { } url)
            return null;
        return MailAddress.TryCreate(Uri.UnescapeDataString(url.UserInfo.Split(':', 2)[0]), out var user)
            ? new MailSender(Product, user.Address)
            : new MailSender(Product, "smartqueue@" + (url.HostNameType == UriHostNameType.Dns ? url.IdnHost : "localhost"));
    }
}
