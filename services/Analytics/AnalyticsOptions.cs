using SmartQueue.Hosting.Settings;

namespace SmartQueue.Analytics;

/// <summary>The service's settings.</summary>
/// <param name="Enabled">
/// <c>ENABLE_ANALYTICS</c>, default <c>true</c>. With <c>false</c> nothing that people do is recorded, neither tickets nor tracked events;
/// the endpoints answer from what was recorded before. Queue definitions are kept all the same, so that it can be switched on later.
/// </param>
internal sealed record AnalyticsOptions(bool Enabled)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static AnalyticsOptions From(SettingsReader settings) => new(settings.Flag("ENABLE_ANALYTICS", true));
}
