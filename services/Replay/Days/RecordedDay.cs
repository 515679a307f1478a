using System.Globalization;

namespace SmartQueue.Replay.Days;

/// <summary>One day of a file, by arrival.</summary>
/// <param name="Date">The day of the arrivals; service may go on past midnight.</param>
/// <param name="Rows">Its customers in the order of their arrival, every one with an end.</param>
/// <param name="AssumedEnds">How many ends were not recorded; those services take the median time of their queue on that day.</param>
internal sealed record RecordedDay(DateOnly Date, IReadOnlyList<DayRow> Rows, int AssumedEnds)
{
    private static readonly TimeSpan FallbackService = TimeSpan.FromMinutes(5);

    /// <summary>The first arrival, where the clock starts.</summary>
    public DateTime Start => Rows[0].Arrival;

    /// <summary>From the first arrival to the last end.</summary>
    public TimeSpan Length => Rows.Max(EndOf) - Start;

    /// <summary>Picks the day asked for, or the only one of the file.</summary>
    /// <exception cref="UsageException">The file does not hold the day, or holds several and none was asked for.</exception>
    public static RecordedDay Choose(IReadOnlyList<DayRow> rows, DateOnly? wanted)
    {
        var days = rows.GroupBy(r => DateOnly.FromDateTime(r.Arrival)).OrderBy(d => d.Key).ToList();
        var list = string.Join(", ", days.Select(d => d.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        if (wanted is null && days.Count > 1)
            throw new UsageException($"The file holds several days, choose one with --date: {list}.");
        var day = wanted is null ? days[0] : days.Find(d => d.Key == wanted);
        return day is null
            ? throw new UsageException(
                $"The file does not hold {wanted.GetValueOrDefault().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; it holds {list}."
            )
            : new RecordedDay(day.Key, WithEnds([.. day.OrderBy(r => r.Arrival)]), day.Count(r => r.End is null));
    }

    /// <summary>The end of a row of a chosen day.</summary>
    public static DateTime EndOf(DayRow row) => row.End ?? throw new InvalidOperationException("Every row of a chosen day has an end.");

    private static List<DayRow> WithEnds(IReadOnlyList<DayRow> rows)
    {
        var medians = rows.GroupBy(r => r.Queue)
            .ToDictionary(q => q.Key, q => Median([.. q.Select(r => r.End - r.Call).OfType<TimeSpan>().Order()]));
        return [.. rows.Select(r => r.End is null ? r with { End = r.Call + medians[r.Queue] } : r)];
    }

    private static TimeSpan Median(IReadOnlyList<TimeSpan> sorted) => sorted.Count == 0 ? FallbackService : sorted[(sorted.Count - 1) / 2];
}
