namespace SmartQueue.Testing;

/// <summary>When the clocks of a zone change, by its rules.</summary>
public static class ClockChanges
{
    /// <summary>The first instants at which the clock is another, from a time on, UTC.</summary>
    public static IEnumerable<DateTimeOffset> Of(TimeZoneInfo zone, DateTimeOffset from)
    {
        for (var at = from.AddTicks(-(from.Ticks % TimeSpan.TicksPerHour)); ; at = at.AddHours(1))
        {
            if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddHours(1)))
                yield return at.AddHours(1).ToUniversalTime();
        }
    }
}
