using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Figures;

/// <summary>How many tickets of the range joined in one hour of one day of the week, on the queue's wall clock.</summary>
/// <param name="Weekday"><c>monday</c> to <c>sunday</c>.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Created">Tickets that joined.</param>
internal sealed record PeakHour(WeekDay Weekday, int Hour, int Created)
{
    private const int DaysPerWeek = 7;

    /// <summary>The hours of the week in which anyone joined, from Monday on.</summary>
    public static IReadOnlyList<PeakHour> Of(WallClock clock, Rollup rollup)
    {
        var joined = new int[DaysPerWeek, 24];
        foreach (var (quarter, happened) in rollup.Quarters.Where(q => q.Value.Created > 0))
        {
            var local = clock.LocalTime(Quarter.Start(quarter));
            joined[(int)local.DayOfWeek, local.Hour] += happened.Created;
        }

        return
        [
            .. from day in Enumerable.Range(1, DaysPerWeek).Select(d => d % DaysPerWeek)
            from hour in Enumerable.Range(0, 24)
            where joined[day, hour] > 0
            select new PeakHour((WeekDay)day, hour, joined[day, hour]),
        ];
    }
}
