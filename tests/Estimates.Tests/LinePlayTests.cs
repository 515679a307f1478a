using System.Globalization;

namespace SmartQueue.Estimates.Tests;

public sealed class LinePlayTests
{
    private static readonly DateTimeOffset Opening = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_line_is_played_over_its_open_counters_one_service_after_the_other()
    {
        var line = Learned();
        line.Open("1", Opening);
        line.Open("2", Opening);
        // Two free counters and services of 100 s: the first two go at once, the next two after one service, and so on.
        Assert.Equal([0, 0, 100, 100, 200], Enumerable.Range(0, 5).Select(ahead => LinePlay.Of(line, ahead, Opening).Middle));
        line.Occupy("a", "1", "k", Opening.AddSeconds(-40));
        Assert.Equal([0, 60, 100], Enumerable.Range(0, 3).Select(ahead => LinePlay.Of(line, ahead, Opening).Middle));
        line.Close("2", Opening);
        Assert.Equal([60, 160], Enumerable.Range(0, 2).Select(ahead => LinePlay.Of(line, ahead, Opening).Middle));
        Assert.Equal(10_000 * 100, LinePlay.Of(line, 10_000, Opening).Middle, 10_000 * 100 * 0.01);
    }

    [Fact]
    public void A_counter_that_closes_at_this_time_on_other_days_is_not_counted_on_beyond_it()
    {
        var line = Learned();
        for (var day = 0; day < 14; day++)
        {
            line.Open("1", Opening.AddDays(day));
            line.Open("2", Opening.AddDays(day));
            line.Close("2", Opening.AddDays(day).AddHours(2));
            line.Close("1", Opening.AddDays(day).AddHours(10));
        }

        var today = Opening.AddDays(14);
        line.Open("1", today);
        line.Open("2", today);
        // Ten services of 100 s: 500 s at two counters. The second of them used to close at ten.
        Assert.Equal(500, LinePlay.Of(line, 10, today.AddMinutes(30)).Middle);
        Assert.InRange(LinePlay.Of(line, 10, today.AddMinutes(118)).Middle, 600, 1000);
        Assert.Equal(500, LinePlay.Of(line, 10, today.AddMinutes(125)).Middle);
    }

    [Fact]
    public void With_all_counters_closed_a_play_has_an_end()
    {
        var line = Learned();
        line.Open("1", Opening);
        line.Close("1", Opening.AddHours(1));
        line.Open("1", Opening.AddHours(24));
        line.Close("1", Opening.AddHours(25));
        // Opened at eight on other days, and perhaps today; and at a time at which it never did.
        Assert.InRange(LinePlay.Of(line, 3, Opening.AddHours(47.5)).Mean, 1800, 7200);
        Assert.Equal(400, LinePlay.Of(line, 3, Opening.AddHours(26)).Mean);
    }

    [Fact]
    public void A_line_that_is_told_of_no_counter_is_described_as_before()
    {
        var line = Learned();
        Assert.Equal(LineFeatures.Untold, Features().Length);
        line.Open("1", Opening);
        Assert.True(Features().Length > LineFeatures.Untold);

        float[] Features() =>
            LineFeatures.Of(line, CountersNow.Of(line, 0, Opening), new Waiter("w", "k", 0, 0, long.MaxValue, Opening), 0, Opening);
    }

    // Has seen services of 100 s and nothing else, long ago and at a counter that is gone.
    private static LineModel Learned()
    {
        var line = new LineModel(100);
        for (var i = 0; i < 200; i++)
        {
            var id = i.ToString(CultureInfo.InvariantCulture);
            line.Occupy(id, "gone", "k", Opening.AddDays(-1).AddSeconds(i * 100));
            line.End(id, Opening.AddDays(-1).AddSeconds(i * 100 + 100));
        }

        line.Forget("gone");
        line.Learn();
        return line;
    }
}
