using SmartQueue.Hosting.Settings;

namespace SmartQueue.Analytics;

/// <summary>The service's settings.</summary>
/// <param name="Enabled">
/// <c>ENABLE_ANALYTICS</c>, default <c>true</c>. With <c>false</c> nothing that people do is recorded, neither tickets nor tracked events;
/// the endpoints answer from what was recorded before. Queue definitions are kept all the same, so that it can be switched on later.
/// </param>
/// <param name="Retention">
/// <c>ANALYTICS_RETENTION</c>: how long tickets are kept after they joined, such as <c>730d</c>; <c>null</c>, the default, for ever.
/// At least a day. What is removed is gone from all figures.
/// </param>
/// <param name="TimeZone"><c>DEFAULT_TIME_ZONE</c>: whose days and hours a report over all queues has.</param>
internal sealed record AnalyticsOptions(bool Enabled, TimeSpan? Retention, string TimeZone)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static AnalyticsOptions From(SettingsReader settings) => new(
        settings.Flag("ENABLE_ANALYTICS", true), RetentionOf(settings), settings.TimeZone("DEFAULT_TIME_ZONE", "UTC"));

    private static TimeSpan? RetentionOf(SettingsReader settings)
    {
        if (settings.Text("ANALYTICS_RETENTION") is null) return null;
        var retention = settings.Duration("ANALYTICS_RETENTION", TimeSpan.Zero);
        return retention >= TimeSpan.FromDays(1) ? retention : throw new StartupException("ANALYTICS_RETENTION must be at least a day, such as 730d.");
    }
}
