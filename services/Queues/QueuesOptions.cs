using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues;

/// <summary>Settings of the queue service.</summary>
/// <param name="DefaultTimeZone">The time zone of queues defined without one.</param>
/// <param name="KeepClosed">How long closed tickets stay in the projection: longer than any service day.</param>
internal sealed record QueuesOptions(string DefaultTimeZone, TimeSpan KeepClosed)
{
    private const string TimeZoneSetting = "DEFAULT_TIME_ZONE";

    public static QueuesOptions From(SettingsReader settings)
    {
        var zone = settings.Text(TimeZoneSetting) ?? "UTC";
        return ServiceCalendar.IsTimeZone(zone)
            ? new QueuesOptions(zone, TimeSpan.FromDays(7))
            : throw new StartupException($"{TimeZoneSetting} must be an IANA time zone such as Europe/Madrid, but is '{zone}'.");
    }
}
