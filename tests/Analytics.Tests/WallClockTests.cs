using System.Globalization;
using SmartQueue.Analytics.Rollups;

namespace SmartQueue.Analytics.Tests;

public sealed class WallClockTests
{
    [Fact]
    public void The_repeated_hour_of_autumn_is_an_hour_of_its_own()
    {
        var clock = new WallClock("Europe/Madrid");
        Assert.Equal(
            ["2026-10-24T22:00", "2026-10-24T23:00", "2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"],
            Walk(clock, "2026-10-24T22:30", BucketSize.Hour, 5)
        );
        Assert.Equal(25, (clock.StartOfDay(new DateOnly(2026, 10, 26)) - clock.StartOfDay(new DateOnly(2026, 10, 25))).TotalHours);
    }

    [Fact]
    public void The_missing_hour_of_spring_does_not_exist()
    {
        var clock = new WallClock("Europe/Madrid");
        Assert.Equal(23, (clock.StartOfDay(new DateOnly(2026, 3, 30)) - clock.StartOfDay(new DateOnly(2026, 3, 29))).TotalHours);
        Assert.Equal([0, 1, 3, 4], Hours(clock, "2026-03-28T23:00", 4));
    }

    [Fact]
    public void Days_begin_at_local_midnight()
    {
        var clock = new WallClock("Europe/Madrid");
        Assert.Equal(["2026-03-27T23:00", "2026-03-28T23:00", "2026-03-29T22:00"], Walk(clock, "2026-03-28T12:00", BucketSize.Day, 3));
    }

    [Fact]
    public void Where_the_clock_skips_midnight_the_day_begins_at_one()
    {
        var clock = new WallClock("Africa/Cairo");
        var start = clock.StartOfDay(new DateOnly(2026, 4, 24));
        Assert.Equal(new DateTime(2026, 4, 24, 1, 0, 0), clock.LocalTime(start));
        Assert.Equal(new DateTime(2026, 4, 23, 23, 59, 59), clock.LocalTime(start.AddSeconds(-1)));
    }

    [Fact]
    public void A_change_by_half_an_hour_cuts_the_hour_it_falls_in()
    {
        // Lord Howe goes from 02:00 (+11:00) back to 01:30 (+10:30) on 2026-04-05.
        var clock = new WallClock("Australia/Lord_Howe");
        Assert.Equal(
            ["2026-04-04T14:00", "2026-04-04T15:00", "2026-04-04T15:30", "2026-04-04T16:30"],
            Walk(clock, "2026-04-04T14:10", BucketSize.Hour, 4)
        );
        Assert.Equal(Utc("2026-04-04T15:00"), clock.Start(Utc("2026-04-04T15:10"), BucketSize.Hour));
    }

    [Fact]
    public void Zones_off_the_full_hour_have_hours_of_their_own() =>
        Assert.Equal(
            ["2026-06-01T10:15", "2026-06-01T11:15"],
            Walk(new WallClock("Asia/Kathmandu"), "2026-06-01T10:20", BucketSize.Hour, 2)
        );

    [Fact]
    public void A_date_that_a_zone_leaves_out_is_no_day()
    {
        // Apia went from 2011-12-29 to 2011-12-31.
        var clock = new WallClock("Pacific/Apia");
        var last = clock.StartOfDay(new DateOnly(2011, 12, 29));
        Assert.Equal(new DateOnly(2011, 12, 31), clock.LocalDate(clock.Next(last, BucketSize.Day)));
    }

    [Theory]
    [InlineData("Europe/Madrid")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Cairo")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("UTC")]
    public void Every_instant_of_a_year_lies_in_the_stretch_that_begins_before_it(string zone)
    {
        var clock = new WallClock(zone);
        foreach (var size in new[] { BucketSize.Quarter, BucketSize.Hour, BucketSize.Day })
        {
            var start = clock.Start(Utc("2026-01-01T00:00"), size);
            var end = Utc("2027-01-01T00:00");
            while (start < end)
            {
                var next = clock.Next(start, size);
                Assert.InRange(next - start, TimeSpan.FromMinutes(1), TimeSpan.FromHours(26));
                Assert.Equal(start, clock.Start(start, size));
                Assert.Equal(start, clock.Start(next.AddMilliseconds(-1), size));
                start = next;
            }
        }
    }

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static List<DateTimeOffset> Starts(WallClock clock, string from, BucketSize size, int count)
    {
        var starts = new List<DateTimeOffset> { clock.Start(Utc(from), size) };
        while (starts.Count < count)
            starts.Add(clock.Next(starts[^1], size));
        return starts;
    }

    private static IEnumerable<string> Walk(WallClock clock, string from, BucketSize size, int count) =>
        Starts(clock, from, size, count).Select(s => s.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));

    private static IEnumerable<int> Hours(WallClock clock, string from, int count) =>
        Starts(clock, from, BucketSize.Hour, count).Select(s => clock.LocalTime(s).Hour);
}
