namespace SmartQueue.Replay.Demo;

/// <summary>Where the made-up town hall is: a place in which it is a busy hour now, so that whoever starts the demo sees it at work.</summary>
public static class DemoZone
{
    private static readonly TimeSpan Morning = new(9, 30, 0);
    private static readonly TimeSpan Afternoon = new(15, 0, 0);
    private static readonly TimeSpan Best = new(10, 45, 0);

    private static readonly string[] Places =
    [
        "Europe/London",
        "Europe/Berlin",
        "Europe/Athens",
        "Europe/Istanbul",
        "Asia/Dubai",
        "Asia/Karachi",
        "Asia/Dhaka",
        "Asia/Bangkok",
        "Asia/Singapore",
        "Asia/Tokyo",
        "Australia/Sydney",
        "Pacific/Noumea",
        "Pacific/Auckland",
        "Pacific/Honolulu",
        "America/Anchorage",
        "America/Los_Angeles",
        "America/Denver",
        "America/Chicago",
        "America/New_York",
        "America/Halifax",
        "America/Sao_Paulo",
        "Atlantic/South_Georgia",
        "Atlantic/Azores",
    ];

    /// <summary>The machine's own zone where it is day there, else the one where it is nearest to the middle of the morning.</summary>
    public static TimeZoneInfo At(DateTimeOffset now, TimeZoneInfo own)
    {
        var here = TimeZoneInfo.ConvertTime(now, own).TimeOfDay;
        if (own.HasIanaId && here >= Morning && here <= Afternoon)
            return own;
        return Places
            .Select(name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null)
            .OfType<TimeZoneInfo>()
            .DefaultIfEmpty(TimeZoneInfo.Utc)
            .MinBy(zone => (TimeZoneInfo.ConvertTime(now, zone).TimeOfDay - Best).Duration())!;
    }
}
