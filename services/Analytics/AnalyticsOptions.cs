using SmartQueue.Hosting.Settings;

namespace SmartQueue.Analytics;

/// <summary>Whether analytics records, and how long it keeps what it recorded.</summary>
/// <param name="Enabled">
/// <c>ENABLE_ANALYTICS</c>, default <c>true</c>. With <c>false</c> nothing that people do is recorded, neither tickets nor tracked events;
/// the endpoints answer from what was recorded before. Queue definitions are kept all the same, so that it can be switched on later.
/// </param>
/// <param name="Retention">
/// <c>ANALYTICS_RETENTION</c>: how long tickets are kept after they joined, appointments after their time, and sessions at counters after they ended, such as <c>730d</c>;
/// <c>null</c>, the default, for ever. At least a day. What is removed is gone from all figures.
/// </param>
/// <param name="TrackedRetention">
/// <c>TRACKED_EVENTS_RETENTION</c>, default <c>90d</c>: how long tracked events are kept after they were taken in. At least a day, and
/// never longer than <paramref name="Retention"/>.
/// </param>
/// <param name="TrackedPerDay"><c>TRACKED_EVENTS_PER_DAY</c>, default 1000: how many events one account may report within 24 hours.</param>
/// <param name="TimeZone"><c>DEFAULT_TIME_ZONE</c>: whose days and hours a report over all queues has.</param>
internal sealed record AnalyticsOptions(bool Enabled, TimeSpan? Retention, TimeSpan TrackedRetention, int TrackedPerDay, string TimeZone)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reads the settings and fills in their defaults; tracked events are kept no longer than tickets.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static AnalyticsOptions From(SettingsReader settings)
    {
        var retention = settings.Text("ANALYTICS_RETENTION") is null ? null : (TimeSpan?)AtLeastADay(settings, "ANALYTICS_RETENTION", Day);
        var tracked = AtLeastADay(settings, "TRACKED_EVENTS_RETENTION", TimeSpan.FromDays(90));
        return new(
            settings.Flag("ENABLE_ANALYTICS", true),
            retention,
            retention < tracked ? retention.Value : tracked,
            settings.Number("TRACKED_EVENTS_PER_DAY", 1000, 1, 1_000_000),
            settings.TimeZone("DEFAULT_TIME_ZONE", "UTC")
        );
    }

    private static TimeSpan AtLeastADay(SettingsReader settings, string name, TimeSpan fallback)
    {
        var retention = settings.Duration(name, fallback);
        return retention >= Day ? retention : throw new StartupException($"{name} must be at least a day, such as 730d.");
    }
}
