using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications;

/// <summary>The service's settings.</summary>
/// <param name="Enabled"><c>ENABLE_NOTIFICATIONS</c>, default <c>true</c>. With <c>false</c> no notification is made; the endpoints answer
/// from what is there.</param>
internal sealed record NotificationsOptions(bool Enabled)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static NotificationsOptions From(SettingsReader settings) => new(settings.Flag("ENABLE_NOTIFICATIONS", true));
}
