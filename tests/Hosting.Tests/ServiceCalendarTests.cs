using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Tests;

public sealed class ServiceCalendarTests
{
    private const string Madrid = "Europe/Madrid";
    private const string NewYork = "America/New_York";

    [Theory]
    [InlineData(Madrid, "2026-03-02T22:59:59Z", "2026-03-02")]
    [InlineData(Madrid, "2026-03-02T23:00:00Z", "2026-03-03")]
    [InlineData(Madrid, "2026-07-02T21:59:59Z", "2026-07-02")]
    [InlineData(Madrid, "2026-07-02T22:00:00Z", "2026-07-03")]
    [InlineData(NewYork, "2026-03-08T04:59:59Z", "2026-03-07")]
    [InlineData(NewYork, "2026-03-08T05:00:00Z", "2026-03-08")]
    [InlineData(NewYork, "2026-03-09T03:59:59Z", "2026-03-08")]
    [InlineData(NewYork, "2026-03-09T04:00:00Z", "2026-03-09")]
    public void A_day_is_the_local_date(string zone, string instant, string day) =>
        Assert.Equal(
            DateOnly.Parse(day, CultureInfo.InvariantCulture),
            new ServiceCalendar(zone, null, NumberReset.Daily).ServiceDay(At(instant))
        );

    // The clock goes from 02:00 to 03:00 in spring, and from 03:00 (New York: 02:00) back by an hour in autumn.
    [Theory]
    [InlineData(Madrid, "2026-03-29T00:30:00Z", false)]
    [InlineData(Madrid, "2026-03-29T00:59:59Z", false)]
    [InlineData(Madrid, "2026-03-29T01:00:00Z", true)]
    [InlineData(Madrid, "2026-03-29T01:59:59Z", true)]
    [InlineData(Madrid, "2026-03-29T02:00:00Z", false)]
    [InlineData(Madrid, "2026-10-25T00:29:59Z", true)]
    [InlineData(Madrid, "2026-10-25T00:59:59Z", true)]
    [InlineData(Madrid, "2026-10-25T01:00:00Z", true)]
    [InlineData(Madrid, "2026-10-25T01:59:59Z", true)]
    [InlineData(Madrid, "2026-10-25T02:59:59Z", true)]
    [InlineData(Madrid, "2026-10-25T03:00:00Z", false)]
    [InlineData(NewYork, "2026-03-08T06:59:59Z", false)]
    [InlineData(NewYork, "2026-03-08T07:00:00Z", true)]
    [InlineData(NewYork, "2026-03-08T08:00:00Z", false)]
    [InlineData(NewYork, "2026-11-01T05:59:59Z", false)]
    [InlineData(NewYork, "2026-11-01T07:00:00Z", true)]
    [InlineData(NewYork, "2026-11-01T08:59:59Z", true)]
    [InlineData(NewYork, "2026-11-01T09:00:00Z", false)]
    public void Hours_follow_the_wall_clock_through_daylight_saving(string zone, string instant, bool open) =>
        Assert.Equal(open, new ServiceCalendar(zone, [Interval(WeekDay.Sunday, "02:00", "04:00")], NumberReset.Daily).IsOpen(At(instant)));

    [Theory]
    [InlineData("2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T01:30:00Z")]
    public void The_doubled_hour_is_one_service_day(string instant) =>
        Assert.Equal(new DateOnly(2026, 10, 25), new ServiceCalendar(Madrid, null, NumberReset.Daily).ServiceDay(At(instant)));

    [Theory]
    [InlineData(Madrid, "2026-03-29T00:30:00Z", true)]
    [InlineData(Madrid, "2026-03-29T01:00:00Z", false)]
    [InlineData(Madrid, "2026-10-25T00:30:00Z", false)]
    [InlineData(Madrid, "2026-10-25T01:30:00Z", false)]
    [InlineData(NewYork, "2026-11-01T05:30:00Z", true)]
    [InlineData(NewYork, "2026-11-01T06:30:00Z", true)]
    [InlineData(NewYork, "2026-11-01T07:00:00Z", false)]
    public void A_night_shift_ends_on_the_wall_clock_through_daylight_saving(string zone, string instant, bool open) =>
        Assert.Equal(
            open,
            new ServiceCalendar(zone, [Interval(WeekDay.Saturday, "20:00", "02:00")], NumberReset.Daily).IsOpen(At(instant))
        );

    [Theory]
    [InlineData("2026-03-06T19:59:00Z", false, "2026-03-06")]
    [InlineData("2026-03-06T20:00:00Z", true, "2026-03-06")]
    [InlineData("2026-03-07T00:00:00Z", true, "2026-03-06")]
    [InlineData("2026-03-07T03:59:59Z", true, "2026-03-06")]
    [InlineData("2026-03-07T04:00:00Z", false, "2026-03-07")]
    public void Hours_past_midnight_belong_to_the_day_they_began_on(string instant, bool open, string day)
    {
        var calendar = new ServiceCalendar("UTC", [Interval(WeekDay.Friday, "20:00", "04:00")], NumberReset.Daily);

        Assert.Equal(open, calendar.IsOpen(At(instant)));
        Assert.Equal(DateOnly.Parse(day, CultureInfo.InvariantCulture), calendar.ServiceDay(At(instant)));
    }

    [Fact]
    public void Hours_until_midnight_end_at_midnight()
    {
        var calendar = new ServiceCalendar("UTC", [Interval(WeekDay.Friday, "20:00", "00:00")], NumberReset.Daily);

        Assert.True(calendar.IsOpen(At("2026-03-06T23:59:59Z")));
        Assert.False(calendar.IsOpen(At("2026-03-07T00:00:00Z")));
        Assert.Equal(new DateOnly(2026, 3, 7), calendar.ServiceDay(At("2026-03-07T00:00:00Z")));
    }

    [Fact]
    public void No_hours_are_always_and_an_empty_list_is_never()
    {
        Assert.True(new ServiceCalendar("UTC", null, NumberReset.Daily).IsOpen(At("2026-03-07T04:00:00Z")));
        Assert.False(new ServiceCalendar("UTC", [], NumberReset.Daily).IsOpen(At("2026-03-07T04:00:00Z")));
    }

    [Fact]
    public void A_day_ends_when_the_next_begins_and_never_where_numbers_never_reset()
    {
        var day = new DateOnly(2026, 3, 6);
        var late = new ServiceCalendar("UTC", [Interval(WeekDay.Friday, "20:00", "04:00")], NumberReset.Daily);
        Assert.False(late.HasEnded(day, At("2026-03-07T03:59:59Z")));
        Assert.True(late.HasEnded(day, At("2026-03-07T04:00:00Z")));
        Assert.False(late.HasEnded(day, At("2026-03-05T12:00:00Z")));
        Assert.False(new ServiceCalendar("UTC", null, NumberReset.Never).HasEnded(day, At("2027-03-07T04:00:00Z")));
    }

    [Theory]
    [InlineData("Europe/Madrid", true)]
    [InlineData("UTC", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("Pacific Standard Time", false)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    [InlineData("Europe/Madrid\0", false)]
    [InlineData("posix/Europe/Madrid", false)]
    [InlineData("right/Europe/Madrid", false)]
    [InlineData("right/UTC", false)]
    [InlineData("localtime", false)]
    [InlineData("posixrules", false)]
    [InlineData("Factory", false)]
    public void Time_zones_are_those_of_the_iana_database(string name, bool known) => Assert.Equal(known, ServiceCalendar.IsTimeZone(name));

    [Theory]
    [InlineData("2026-03-06T10:00:00Z", "2026-03-06T13:00:00Z")]
    [InlineData("2026-03-06T12:59:59Z", "2026-03-06T13:00:00Z")]
    [InlineData("2026-03-06T13:00:00Z", "2026-03-06T17:00:00Z")] // Not the opening at 14:00, nor where two intervals meet at 16:00
    [InlineData("2026-03-06T17:00:00Z", "2026-03-07T02:00:00Z")] // From Friday at 20:00 past midnight
    [InlineData("2026-03-07T01:00:00Z", "2026-03-07T02:00:00Z")]
    [InlineData("2026-03-07T02:00:00Z", "2026-03-08T00:00:00Z")] // Who came while it was closed: the end of that day
    public void It_closes_at_the_end_of_its_hours(string after, string closing)
    {
        var calendar = new ServiceCalendar(
            "UTC",
            [
                Interval(WeekDay.Friday, "09:00", "13:00"),
                Interval(WeekDay.Friday, "14:00", "16:00"),
                Interval(WeekDay.Friday, "16:00", "17:00"),
                Interval(WeekDay.Friday, "20:00", "02:00"),
            ],
            NumberReset.Daily
        );
        Assert.Equal(At(closing), calendar.FirstClosing(At(after), At("2026-03-09T00:00:00Z")));
        Assert.Equal(At(closing), calendar.FirstClosing(At(after), At(closing)));
        Assert.Null(calendar.FirstClosing(At(after), At(closing).AddTicks(-1)));
    }

    // 02:30 is skipped in spring: it closes as the clock goes from 02:00 to 03:00. In autumn it comes twice, and at the second 02:00
    // Madrid opens again until the second 02:30. 03:30 comes once, also an hour later or earlier after the opening.
    [Theory]
    [InlineData(Madrid, "02:30", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData(Madrid, "02:00", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData(Madrid, "03:30", "2026-03-28T20:00:00Z", "2026-03-29T01:30:00Z")]
    [InlineData(Madrid, "02:30", "2026-10-24T20:00:00Z", "2026-10-25T01:30:00Z")]
    [InlineData(Madrid, "02:00", "2026-10-24T20:00:00Z", "2026-10-25T00:00:00Z")]
    [InlineData(Madrid, "03:30", "2026-10-24T20:00:00Z", "2026-10-25T02:30:00Z")]
    [InlineData(NewYork, "02:30", "2026-03-08T02:00:00Z", "2026-03-08T07:00:00Z")]
    [InlineData(NewYork, "01:30", "2026-11-01T02:00:00Z", "2026-11-01T06:30:00Z")]
    [InlineData(NewYork, "02:30", "2026-11-01T02:00:00Z", "2026-11-01T07:30:00Z")]
    public void It_closes_on_the_wall_clock_through_daylight_saving(string zone, string closes, string after, string closing)
    {
        var calendar = new ServiceCalendar(zone, [Interval(WeekDay.Saturday, "20:00", closes)], NumberReset.Daily);
        Assert.Equal(At(closing), calendar.FirstClosing(At(after), At(after).AddDays(2)));
        Assert.False(calendar.IsOpen(At(closing)));
        Assert.True(calendar.IsOpen(At(closing).AddTicks(-1)));
    }

    [Fact]
    public void What_is_always_open_never_closes()
    {
        Assert.Null(
            new ServiceCalendar("UTC", null, NumberReset.Daily).FirstClosing(At("2026-03-06T10:00:00Z"), At("2027-03-06T10:00:00Z"))
        );
        var week = Enum.GetValues<WeekDay>().Select(d => Interval(d, "00:00", "00:00")).ToList();
        Assert.Null(
            new ServiceCalendar(Madrid, week, NumberReset.Daily).FirstClosing(At("2026-03-06T10:00:00Z"), At("2027-03-06T10:00:00Z"))
        );
    }

    private static OpeningInterval Interval(WeekDay day, string opens, string closes) =>
        new(day, TimeOnly.Parse(opens, CultureInfo.InvariantCulture), TimeOnly.Parse(closes, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("2026-03-04T07:59:59Z", "2026-03-04T08:00:00Z", null)] // Wednesday in Madrid, a second to nine
    [InlineData("2026-03-04T08:00:00Z", null, "2026-03-04T12:00:00Z")]
    [InlineData("2026-03-04T12:30:00Z", "2026-03-04T15:00:00Z", null)]
    [InlineData("2026-03-04T15:00:00Z", null, "2026-03-04T20:00:00Z")]
    [InlineData("2026-03-04T20:00:00Z", "2026-03-11T08:00:00Z", null)]
    [InlineData("2026-03-05T08:00:00Z", "2026-03-11T08:00:00Z", null)]
    [InlineData("2026-03-11T08:00:00Z", null, "2026-03-11T12:00:00Z")]
    public void It_tells_when_it_opens_and_closes_next(string instant, string? opens, string? closes)
    {
        var calendar = new ServiceCalendar(
            Madrid,
            [
                Interval(WeekDay.Wednesday, "09:00", "13:00"),
                Interval(WeekDay.Wednesday, "16:00", "20:00"),
                Interval(WeekDay.Wednesday, "20:00", "21:00"),
            ],
            NumberReset.Daily
        );

        Assert.Equal((Maybe(opens), Maybe(closes)), (calendar.OpensNext(At(instant)), calendar.ClosesNext(At(instant))));
    }

    // Of the hour that is skipped the end counts; of the doubled one each half that is within hours.
    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", null)]
    [InlineData("2026-03-29T01:00:00Z", null, "2026-03-29T02:00:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", null)]
    [InlineData("2026-10-25T00:30:00Z", null, "2026-10-25T01:00:00Z")]
    [InlineData("2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", null)]
    [InlineData("2026-10-25T01:30:00Z", null, "2026-10-25T03:00:00Z")]
    public void Opening_and_closing_follow_the_clock_through_daylight_saving(string instant, string? opens, string? closes)
    {
        var calendar = new ServiceCalendar(Madrid, [Interval(WeekDay.Sunday, "02:30", "04:00")], NumberReset.Daily);

        Assert.Equal((Maybe(opens), Maybe(closes)), (calendar.OpensNext(At(instant)), calendar.ClosesNext(At(instant))));
    }

    [Fact]
    public void Without_hours_it_is_always_open_and_with_none_never()
    {
        var at = At("2026-03-04T08:00:00Z");
        var always = new ServiceCalendar("UTC", null, NumberReset.Daily);
        var never = new ServiceCalendar("UTC", [], NumberReset.Daily);
        var roundTheClock = new ServiceCalendar(
            "UTC",
            [.. Enum.GetValues<WeekDay>().Select(d => Interval(d, "00:00", "00:00"))],
            NumberReset.Daily
        );

        Assert.Equal((null, null), (always.OpensNext(at), always.ClosesNext(at)));
        Assert.Equal((null, null), (never.OpensNext(at), never.ClosesNext(at)));
        Assert.Equal((null, null), (roundTheClock.OpensNext(at), roundTheClock.ClosesNext(at)));
    }

    [Theory]
    [InlineData("2026-12-24T12:59:59Z", true)]
    [InlineData("2026-12-24T13:00:00Z", false)]
    [InlineData("2026-12-24T16:59:59Z", false)]
    [InlineData("2026-12-24T17:00:00Z", true)]
    public void A_closure_holds_from_its_beginning_until_before_its_end(string instant, bool open)
    {
        var calendar = Closed(Times("2026-12-24T13:00:00Z", "2026-12-24T17:00:00Z"));

        Assert.Equal(open, calendar.IsOpen(At(instant)));
        Assert.Equal(open ? null : "Why", calendar.ClosureAt(At(instant))?.Reason);
    }

    // 25 December in Madrid, and the days of 23 and of 25 hours.
    [Theory]
    [InlineData("2026-12-25", "2026-12-26", "2026-12-24T23:00:00Z", "2026-12-26T23:00:00Z")]
    [InlineData("2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    public void Days_of_a_closure_are_whole_ones_on_the_wall_clock(string first, string last, string from, string to)
    {
        var calendar = Closed(Days(first, last));
        var (begin, end) = (At(from), At(to));

        Assert.True(calendar.IsOpen(begin.AddSeconds(-1)));
        Assert.False(calendar.IsOpen(begin));
        Assert.False(calendar.IsOpen(end.AddSeconds(-1)));
        Assert.True(calendar.IsOpen(end));
        Assert.Equal(begin, calendar.ClosesNext(begin.AddDays(-40)));
        Assert.Equal(end, calendar.OpensNext(begin));
        Assert.Null(calendar.ClosesNext(end));
    }

    [Fact]
    public void It_opens_when_the_last_of_closures_that_meet_has_ended_and_hours_have_come()
    {
        var calendar = new ServiceCalendar(
            Madrid,
            [Interval(WeekDay.Monday, "09:00", "17:00"), Interval(WeekDay.Thursday, "09:00", "17:00")],
            NumberReset.Daily,
            [Days("2026-12-24", "2026-12-26"), Days("2026-12-25", "2027-01-03"), Times("2027-01-04T07:00:00Z", "2027-01-04T11:00:00Z")]
        );

        Assert.Equal(At("2026-12-21T16:00:00Z"), calendar.ClosesNext(At("2026-12-21T10:00:00Z")));
        Assert.Equal(At("2027-01-04T11:00:00Z"), calendar.OpensNext(At("2026-12-21T16:00:00Z")));
        Assert.Equal(At("2027-01-04T11:00:00Z"), calendar.OpensNext(At("2026-12-24T10:00:00Z")));
        Assert.Null(
            new ServiceCalendar(Madrid, [], NumberReset.Daily, [Days("2026-12-24", "2026-12-24")]).OpensNext(At("2026-12-24T10:00:00Z"))
        );
    }

    // Half an hour in Lord Howe, at midnight in Havana and Santiago. What is asked of every minute is what is told of the next change.
    [Theory]
    [InlineData(Madrid, "2026-03-25")]
    [InlineData(Madrid, "2026-10-21")]
    [InlineData(NewYork, "2026-03-04")]
    [InlineData(NewYork, "2026-10-28")]
    [InlineData("Australia/Lord_Howe", "2026-04-01")]
    [InlineData("Australia/Lord_Howe", "2026-09-30")]
    [InlineData("America/Havana", "2026-03-04")]
    [InlineData("America/Havana", "2026-10-28")]
    [InlineData("America/Santiago", "2026-09-02")]
    [InlineData("America/Santiago", "2026-04-01")]
    public void What_is_told_of_the_next_change_is_so_minute_by_minute(string zone, string from)
    {
        var begin = At(from + "T00:00:00Z");
        var sunday = DateOnly.Parse(from, CultureInfo.InvariantCulture).AddDays(4);
        var calendar = new ServiceCalendar(
            zone,
            [
                Interval(WeekDay.Saturday, "23:30", "00:15"),
                Interval(WeekDay.Sunday, "01:40", "02:20"),
                Interval(WeekDay.Sunday, "02:30", "04:00"),
                Interval(WeekDay.Tuesday, "08:00", "20:00"),
            ],
            NumberReset.Daily,
            [
                new QueueClosure { FirstDay = sunday.AddDays(2), LastDay = sunday.AddDays(3) },
                new QueueClosure { From = begin.AddDays(13).AddHours(12), To = begin.AddDays(13).AddHours(13) },
            ]
        );
        var open = Enumerable.Range(0, 16 * 24 * 60).Select(m => calendar.IsOpen(begin.AddMinutes(m))).ToArray();

        for (var minute = 0; minute < 12 * 24 * 60; minute += 13)
        {
            var at = begin.AddMinutes(minute);
            var change = Array.IndexOf(open, !open[minute], minute);
            var told = open[minute] ? calendar.ClosesNext(at) : calendar.OpensNext(at);
            Assert.True(change > 0 && told == begin.AddMinutes(change), $"At {at:u} {told:u} is told.");
        }
    }

    private static ServiceCalendar Closed(params QueueClosure[] closures) => new(Madrid, null, NumberReset.Daily, closures);

    private static QueueClosure Times(string from, string to) =>
        new()
        {
            From = At(from),
            To = At(to),
            Reason = "Why",
        };

    private static QueueClosure Days(string first, string last) =>
        new()
        {
            FirstDay = DateOnly.Parse(first, CultureInfo.InvariantCulture),
            LastDay = DateOnly.Parse(last, CultureInfo.InvariantCulture),
            Reason = "Why",
        };

    private static DateTimeOffset? Maybe(string? text) => text is null ? null : At(text);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
