using System.Globalization;

namespace SmartQueue.Replay;

/// <summary>One day of a file, by arrival.</summary>
/// <param name="Date">The day of the arrivals; service may go on past midnight.</param>
/// <param name="Rows">Its customers in the order of their arrival.</param>
internal sealed record RecordedDay(DateOnly Date, IReadOnlyList<DayRow> Rows)
{
    /// <summary>The first arrival, where the clock starts.</summary>
    public DateTime Start => Rows[0].Arrival;

    /// <summary>From the first arrival to the last end.</summary>
    public TimeSpan Length => Rows.Max(r => r.End) - Start;

    /// <summary>Picks a day.</summary>
    /// <exception cref="UsageException">The file does not hold the day, or holds several and none was asked for.</exception>
    public static RecordedDay Choose(IReadOnlyList<DayRow> rows, DateOnly? wanted)
    {
        var days = rows.GroupBy(r => DateOnly.FromDateTime(r.Arrival)).OrderBy(d => d.Key).ToList();
        var list = string.Join(", ", days.Select(d => d.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        if (wanted is null && days.Count > 1) throw new UsageException($"The file holds several days, choose one with --date: {list}.");
        var day = wanted is null ? days[0] : days.Find(d => d.Key == wanted);
        return day is null
            ? throw new UsageException($"The file does not hold {wanted.GetValueOrDefault().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; it holds {list}.")
            : new RecordedDay(day.Key, [.. day.OrderBy(r => r.Arrival)]);
    }
}
