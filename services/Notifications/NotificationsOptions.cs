using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications;

/// <summary>Whether people are told anything at all.</summary>
/// <param name="Enabled"><c>ENABLE_NOTIFICATIONS</c>, default <c>true</c>. With <c>false</c> no notification is made; the endpoints answer
/// from what is there.</param>
/// <param name="ContactRetention">How long what tells of a guest is kept after their visit; <c>null</c> for ever.</param>
internal sealed record NotificationsOptions(bool Enabled, TimeSpan? ContactRetention)
{
    /// <summary>Reads <c>ENABLE_NOTIFICATIONS</c> and <c>CONTACT_RETENTION</c>; the settings of channels are read with them.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static NotificationsOptions From(SettingsReader settings) =>
        new(settings.Flag("ENABLE_NOTIFICATIONS", true), settings.ContactRetention());
}
