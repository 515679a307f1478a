using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

public sealed class ServiceDaysTests
{
    [Fact]
    public void A_line_is_asked_of_its_day_and_of_the_counters_of_the_last_half_hour()
    {
        var queue = Queue.Create("q", Sample.Definition() with { TimeZone = "Europe/Madrid" }, Sample.Now).Next;

        Assert.Equal(
            new LineQuery("q", new(2026, 3, 1, 23, 0, 0, TimeSpan.Zero), Sample.Now.AddMinutes(-30)),
            LineQuery.Of(queue, Sample.Now)
        );
    }

    [Theory]
    [InlineData("UTC", "2026-03-02T09:00:30Z", "2026-03-02T00:00:00Z")]
    [InlineData("UTC", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("Europe/Madrid", "2026-03-02T09:00:00Z", "2026-03-01T23:00:00Z")]
    [InlineData("Europe/Madrid", "2026-03-29T09:00:00Z", "2026-03-28T23:00:00Z")]
    [InlineData("Europe/Madrid", "2026-10-25T20:00:00Z", "2026-10-24T22:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-03-02T09:00:00Z", "2026-03-01T18:15:00Z")]
    public void A_day_begins_at_local_midnight(string zone, string now, string start) =>
        Assert.Equal(Time(start), ServiceDays.Start(new ServiceCalendar(zone, null, NumberReset.Daily), Time(now)));

    [Fact]
    public void Hours_past_midnight_belong_to_the_day_they_began_on()
    {
        var calendar = new ServiceCalendar(
            "UTC",
            [new OpeningInterval(WeekDay.Monday, new TimeOnly(20, 0), new TimeOnly(4, 0))],
            NumberReset.Daily
        );

        Assert.Equal(Time("2026-03-02T00:00:00Z"), ServiceDays.Start(calendar, Time("2026-03-03T03:59:00Z")));
        Assert.Equal(Time("2026-03-03T04:00:00Z"), ServiceDays.Start(calendar, Time("2026-03-03T05:00:00Z")));
    }

    [Fact]
    public void A_queue_that_never_resets_goes_by_the_local_date()
    {
        var queue = Queue.Create("q", Sample.FullDefinition(), Sample.Now).Next;

        // Saturday's hours run to Sunday 02:00 in Madrid, which is an hour ahead.
        Assert.Equal(Time("2026-03-07T23:00:00Z"), ServiceDays.Start(queue.Calendar(), Time("2026-03-08T00:30:00Z")));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
