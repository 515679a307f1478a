using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Tests;

public sealed class RecordedDayTests
{
    private static readonly IReadOnlyList<DayRow> TwoDays = [Row(2, 9), Row(1, 23), Row(1, 8)];

    [Fact]
    public void A_file_of_one_day_needs_no_date() => Assert.Equal(new DateOnly(1999, 2, 1), RecordedDay.Choose([Row(1, 8)], null).Date);

    [Fact]
    public void A_day_is_chosen_by_date_and_starts_at_its_first_arrival()
    {
        var day = RecordedDay.Choose(TwoDays, new DateOnly(1999, 2, 1));

        Assert.Equal([8, 23], day.Rows.Select(r => r.Arrival.Hour));
        Assert.Equal(new DateTime(1999, 2, 1, 8, 0, 0), day.Start);
        Assert.Equal(TimeSpan.FromHours(17), day.Length);
    }

    [Fact]
    public void Several_days_without_a_date_are_listed() =>
        Assert.Equal(
            "The file holds several days, choose one with --date: 1999-02-01, 1999-02-02.",
            Assert.Throws<UsageException>(() => RecordedDay.Choose(TwoDays, null)).Message
        );

    [Fact]
    public void A_day_that_is_not_there_is_refused() =>
        Assert.Equal(
            "The file does not hold 1999-02-03; it holds 1999-02-01, 1999-02-02.",
            Assert.Throws<UsageException>(() => RecordedDay.Choose(TwoDays, new DateOnly(1999, 2, 3))).Message
        );

    [Fact]
    public void An_end_that_was_not_recorded_is_the_median_of_its_queue_and_counted()
    {
        var unknown = Row(1, 12) with { End = null };
        var day = RecordedDay.Choose(
            [Row(1, 8), Row(1, 9), Row(1, 10) with { End = At(1, 10).AddMinutes(1) }, unknown, unknown with { Queue = "B" }],
            null
        );

        Assert.Equal(2, day.AssumedEnds);
        Assert.Equal([At(1, 14), At(1, 12).AddMinutes(5)], day.Rows.Where(r => r.Arrival == At(1, 12)).Select(RecordedDay.EndOf));
    }

    // Two hours each, so that the late one ends on the next day.
    private static DayRow Row(int day, int hour)
    {
        var arrival = At(day, hour);
        return new DayRow("A", arrival, arrival, arrival.AddHours(2), DayOutcome.Served, 0, "S1");
    }

    private static DateTime At(int day, int hour) => new(1999, 2, day, hour, 0, 0);
}
