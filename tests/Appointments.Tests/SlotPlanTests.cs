using System.Globalization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Tests;

public sealed class SlotPlanTests
{
    private static readonly IReadOnlyList<OpeningInterval> Nights =
    [
        .. Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new TimeOnly(0, 0), new TimeOnly(5, 0))),
    ];

    // The clocks of Berlin go from 02:00 to 03:00 on 29 March and from 03:00 back to 02:00 on 25 October 2026.
    [Theory]
    [InlineData("2026-03-28", 60, "00:00 01:00 02:00 03:00 04:00")]
    [InlineData("2026-03-29", 60, "00:00 01:00 03:00 04:00")]
    [InlineData("2026-03-29", 30, "00:00 00:30 01:00 01:30 03:00 03:30 04:00 04:30")]
    [InlineData("2026-10-25", 60, "00:00 01:00 02:00 02:00 03:00 04:00")]
    [InlineData("2026-10-25", 30, "00:00 00:30 01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30 04:00 04:30")]
    // Ninety minutes really go by, whatever the wall says.
    [InlineData("2026-03-29", 90, "00:00 01:30")]
    [InlineData("2026-10-25", 90, "00:00 01:30 02:00 03:30")]
    public void In_Berlin_a_skipped_hour_has_no_slot_and_a_doubled_one_its_slots_twice(string day, int minutes, string expected) =>
        Assert.Equal(expected, On("Europe/Berlin", day, minutes));

    // Those of Sydney go from 02:00 to 03:00 on 4 October and from 03:00 back to 02:00 on 5 April 2026.
    [Theory]
    [InlineData("2026-10-03", 60, "00:00 01:00 02:00 03:00 04:00")]
    [InlineData("2026-10-04", 60, "00:00 01:00 03:00 04:00")]
    [InlineData("2026-04-05", 60, "00:00 01:00 02:00 02:00 03:00 04:00")]
    public void In_Sydney_too(string day, int minutes, string expected) => Assert.Equal(expected, On("Australia/Sydney", day, minutes));

    // Those of Santiago go at midnight: there is none on 6 September 2026, and on 4 April the last hour comes twice.
    [Theory]
    [InlineData("2026-09-06", "01:00 02:00 03:00 04:00")]
    [InlineData("2026-04-05", "00:00 01:00 02:00 03:00 04:00")]
    public void A_switch_at_midnight_begins_the_day_later(string day, string expected) =>
        Assert.Equal(expected, On("America/Santiago", day, 60));

    [Fact]
    public void Slots_never_overlap_and_last_as_long_as_they_say_through_a_whole_year_of_switches()
    {
        var hours = new OpeningInterval[]
        {
            new(WeekDay.Saturday, new TimeOnly(22, 0), new TimeOnly(2, 30)),
            new(WeekDay.Sunday, new TimeOnly(2, 30), new TimeOnly(9, 0)),
        };
        foreach (var zone in (string[])["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"])
        foreach (var minutes in (int[])[10, 25, 45, 90])
        {
            var plan = SlotPlan.Of(Some.Queue(zone, slotLength: minutes * 60, hours: hours))!;
            var slots = plan.Between(Utc("2026-01-01"), Utc("2027-01-01")).ToList();

            Assert.True(slots.Count > 52);
            Assert.All(slots, s => Assert.Equal(TimeSpan.FromMinutes(minutes), s.End - s.Start));
            Assert.All(slots.Zip(slots.Skip(1)), s => Assert.True(s.First.End <= s.Second.Start));
            Assert.All(slots, s => Assert.Equal((s, false), plan.At(s.Start)));
        }
    }

    [Fact]
    public void A_closure_takes_every_slot_it_meets_and_no_other()
    {
        var from = Some.Slot().Start;
        var plan = SlotPlan.Of(
            Some.Queue(
                closures:
                [
                    new QueueClosure
                    {
                        From = from.AddMinutes(30),
                        To = from.AddMinutes(60),
                        Reason = "Fire drill",
                    },
                ]
            )
        )!;

        Assert.Equal([0, 60, 80, 100], plan.Between(from, from.AddHours(2)).Select(s => (s.Start - from).TotalMinutes));
        Assert.Equal((Some.Slot(20), true), plan.At(from.AddMinutes(20)));
        Assert.Null(plan.At(from.AddMinutes(10)));

        var holiday = new QueueClosure { FirstDay = new DateOnly(2026, 3, 3), LastDay = new DateOnly(2026, 3, 3) };
        Assert.Empty(SlotPlan.Of(Some.Queue(closures: [holiday]))!.Between(from, from.AddHours(2)));
    }

    [Fact]
    public void Without_hours_of_its_own_a_queue_has_slots_while_it_is_open()
    {
        var opening = new OpeningInterval[] { new(WeekDay.Monday, new TimeOnly(9, 0), new TimeOnly(10, 0)) };
        var queue = Some.Queue();
        var rules = queue.Booking! with { Hours = null };

        Assert.Equal(3, Week(queue with { Booking = rules, OpeningHours = opening }));
        Assert.Equal(7 * 24 * 3, Week(queue with { Booking = rules, OpeningHours = null }));
        Assert.Null(SlotPlan.Of(queue with { Booking = null }));

        static int Week(QueueDefinition queue) => SlotPlan.Of(queue)!.Between(Utc("2026-03-02"), Utc("2026-03-09")).Count();
    }

    private static string On(string zone, string day, int minutes)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var slots = SlotPlan
            .Of(Some.Queue(zone, slotLength: minutes * 60, hours: Nights))!
            .Between(Utc(day).AddDays(-1), Utc(day).AddDays(2))
            .Select(s => TimeZoneInfo.ConvertTime(s.Start, info))
            .Where(s => s.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == day);
        return string.Join(' ', slots.Select(s => s.ToString("HH:mm", CultureInfo.InvariantCulture)));
    }

    private static DateTimeOffset Utc(string day) => DateTimeOffset.Parse(day + "T00:00Z", CultureInfo.InvariantCulture);
}
