using SmartQueue.Hosting.Settings;

namespace SmartQueue.Queues;

/// <summary>Settings of the queue service.</summary>
/// <param name="DefaultTimeZone">The time zone of branches defined without one, and of the first.</param>
/// <param name="KeepClosed">How long closed tickets stay in the projection: longer than any service day.</param>
internal sealed record QueuesOptions(string DefaultTimeZone, TimeSpan KeepClosed)
{
    public static QueuesOptions From(SettingsReader settings) => new(settings.TimeZone("DEFAULT_TIME_ZONE", "UTC"), TimeSpan.FromDays(7));
}
