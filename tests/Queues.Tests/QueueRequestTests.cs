using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Http;

namespace SmartQueue.Queues.Tests;

public sealed class QueueRequestTests
{
    [Fact]
    public void What_is_absent_takes_its_default()
    {
        var definition = new QueueRequest { Name = " Hall " }.Validate(Sample.Main with { TimeZone = "Europe/Madrid" });

        Assert.Equivalent(
            new QueueDefinition
            {
                Id = "",
                Name = "Hall",
                IsActive = true,
                Prefix = "",
                MaxActiveTickets = 100,
                AverageServiceTime = 300,
                SlaWaitTime = 600,
                MaxRecalls = 3,
                RejoinGrace = 900,
                NumberReset = NumberReset.Daily,
                TimeZone = "Europe/Madrid",
                Counters = [],
                CreatedAt = default,
                UpdatedAt = default,
                Version = 0,
            },
            definition,
            strict: true
        );
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var request = new QueueRequest
        {
            Name = new string('n', 101),
            Description = new string('d', 1001),
            Prefix = "A1",
            MaxActiveTickets = 0,
            AverageServiceTime = 86_401,
            SlaWaitTime = -1,
            NoShowAfter = 9,
            MaxRecalls = 21,
            RejoinGrace = 86_401,
            ExpireAfterClosing = 86_401,
            PriorityHeadStart = -1,
            NumberReset = "weekly",
            TimeZone = "Mars/Olympus",
            OpeningHours = [new OpeningHours("someday", "9:00", "25:00"), null],
            Booking = new Booking
            {
                SlotLength = 90,
                Places = 0,
                Hours = [new OpeningHours("monday", "8", "12:00")],
                Earliest = -1,
                Latest = -1,
                Horizon = 367,
                Early = 86_401,
                Late = -1,
                InARow = 0,
            },
            Counters = [new CounterRequest(""), new CounterRequest(new string('c', 21))],
        };

        var refusal = Assert.Throws<RefusedException>(() => request.Validate(Sample.Main));

        Assert.Equal(ErrorCodes.ValidationFailed, refusal.Code);
        Assert.Equal(
            [
                "averageServiceTime",
                "booking.earliest",
                "booking.early",
                "booking.horizon",
                "booking.hours[0].opens",
                "booking.inARow",
                "booking.late",
                "booking.latest",
                "booking.places",
                "booking.slotLength",
                "counters[0].name",
                "counters[1].name",
                "description",
                "expireAfterClosing",
                "maxActiveTickets",
                "maxRecalls",
                "name",
                "noShowAfter",
                "numberReset",
                "openingHours[0].closes",
                "openingHours[0].day",
                "openingHours[0].opens",
                "openingHours[1].closes",
                "openingHours[1].day",
                "openingHours[1].opens",
                "prefix",
                "priorityHeadStart",
                "rejoinGrace",
                "slaWaitTime",
                "timeZone",
            ],
            refusal.Fields!.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_least_and_the_most_of_booking_are_allowed()
    {
        var least = new Booking
        {
            SlotLength = 60,
            Places = 1,
            Earliest = 0,
            Latest = 0,
            Horizon = 1,
            Early = 0,
            Late = 0,
            InARow = 1,
        };
        var most = new Booking
        {
            SlotLength = 12 * 3600,
            Places = 1000,
            Earliest = 366 * 86_400,
            Latest = 366 * 86_400,
            Horizon = 366,
            Early = 86_400,
            Late = 86_400,
            InARow = 100,
        };

        Assert.Equal(least, Kept(least));
        Assert.Equal(most, Kept(most));
        Refused("booking.slotLength", With(least with { SlotLength = 0 }));
        Refused("booking.slotLength", With(most with { SlotLength = (12 * 3600) + 60 }));
        Refused("booking.places", With(most with { Places = 1001 }));
        Refused("booking.earliest", With(most with { Earliest = (366 * 86_400) + 1 }));
        Refused("booking.latest", With(most with { Latest = (366 * 86_400) + 1 }));
        Refused("booking.horizon", With(least with { Horizon = 0 }));
        Refused("booking.late", With(most with { Late = 86_401 }));
        Refused("booking.inARow", With(most with { InARow = 101 }));
    }

    [Fact]
    public void Booking_that_says_only_how_long_takes_its_defaults() =>
        Assert.Equal(
            new Booking
            {
                SlotLength = 600,
                Places = 1,
                Earliest = 0,
                Latest = 0,
                Horizon = 30,
                Early = 900,
                Late = 600,
                InARow = 2,
            },
            Kept(new Booking { SlotLength = 600 })
        );

    [Theory]
    [InlineData("ab", "AB")]
    [InlineData(" vip ", "VIP")]
    [InlineData(" ", "")]
    public void A_prefix_is_capital_letters(string given, string kept) =>
        Assert.Equal(
            kept,
            new QueueRequest { Name = "n", Prefix = given }
                .Validate(Sample.Main)
                .Prefix
        );

    [Theory]
    [InlineData("ABCD")]
    [InlineData("Ñ")]
    [InlineData("ı")]
    [InlineData("A B")]
    public void Other_prefixes_are_refused(string prefix) => Refused("prefix", new QueueRequest { Name = "n", Prefix = prefix });

    [Theory]
    [InlineData("monday 09:00-13:00, monday 13:00-17:00", true)]
    [InlineData("monday 09:00-13:01, monday 13:00-17:00", false)]
    [InlineData("monday 09:00-13:00, monday 09:00-13:00", false)]
    [InlineData("monday 22:00-06:00, tuesday 06:00-10:00", true)]
    [InlineData("monday 22:00-06:00, tuesday 05:59-10:00", false)]
    [InlineData("saturday 22:00-06:00, sunday 05:00-10:00", false)]
    [InlineData("saturday 22:00-00:00, sunday 00:00-10:00", true)]
    [InlineData("monday 00:00-00:00", true)]
    [InlineData("monday 00:00-00:00, monday 12:00-13:00", false)]
    public void Opening_hours_must_not_overlap(string plan, bool allowed)
    {
        var request = new QueueRequest
        {
            Name = "n",
            OpeningHours = [.. plan.Split(", ").Select(i => i.Split(' ', '-')).Select(i => new OpeningHours(i[0], i[1], i[2]))],
        };

        if (allowed)
            Assert.Equal(request.OpeningHours.Count, request.Validate(Sample.Main).OpeningHours!.Count);
        else
            Refused("openingHours", request);
    }

    [Fact]
    public void Of_two_opening_hours_that_overlap_the_later_one_is_named()
    {
        var plan = new QueueRequest { Name = "n", OpeningHours = [new("tuesday", "05:59", "10:00"), new("monday", "22:00", "06:00")] };

        Assert.Equal(
            "must not overlap: another interval has not ended when tuesday 05:59 begins",
            Assert.Single(Refusal(plan).Fields!["openingHours"])
        );
    }

    [Theory]
    [InlineData("2026-12-25", "2026-12-25", null)]
    [InlineData("2026-12-24T14:00:00+01:00", "2026-12-24T13:00:00.001Z", null)]
    [InlineData("2026-12-25", "2026-12-24", "closures[0].to must not be before from")]
    [InlineData("2026-12-24T14:00:00+01:00", "2026-12-24T13:00:00Z", "closures[0].to must be after from")]
    [InlineData("2026-12-24", "2026-12-24T13:00:00Z", "closures[0].to must be a time where from is one, and a date where from is one")]
    [InlineData(
        "24.12.2026",
        "2026-12-24",
        "closures[0].from must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25"
    )]
    [InlineData(
        "2026-02-28",
        "2026-02-29",
        "closures[0].to must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25"
    )]
    [InlineData(
        "2026-12-24T14:00:00",
        "2026-12-24T15:00:00Z",
        "closures[0].from must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25"
    )]
    [InlineData("1970-01-01", "2199-12-31", null)]
    [InlineData(
        "2199-12-31",
        "2200-01-01",
        "closures[0].to must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25"
    )]
    [InlineData(
        "1969-12-31",
        "1970-01-01",
        "closures[0].from must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25"
    )]
    [InlineData("2026-12-24", null, "closures[0].to must be a time such as 2026-03-29T08:15:00Z (RFC 3339), or a date such as 2026-12-25")]
    public void A_closure_is_of_two_times_or_two_dates_in_order(string? from, string? to, string? wrong)
    {
        var request = new QueueRequest { Name = "n", Closures = [new Closure(from, to, null)] };

        if (wrong is null)
            Assert.Single(request.Validate(Sample.Main).Closures!);
        else
            Assert.Equal(wrong, Assert.Single(Refusal(request).Fields!.Select(f => $"{f.Key} {f.Value.Single()}")));
    }

    [Fact]
    public void Closures_may_overlap_and_a_reason_is_bounded()
    {
        var day = new Closure("2026-12-25", "2026-12-26", new string('r', 200));
        Assert.Equal(
            200,
            new QueueRequest { Name = "n", Closures = [.. Enumerable.Repeat(day, 200)] }
                .Validate(Sample.Main)
                .Closures!.Count
        );
        Refused("closures", new QueueRequest { Name = "n", Closures = [.. Enumerable.Repeat(day, 201)] });
        Refused("closures[0].reason", new QueueRequest { Name = "n", Closures = [day with { Reason = new string('r', 201) }] });
        Assert.Equal(["closures[0].from", "closures[0].to"], Refusal(new QueueRequest { Name = "n", Closures = [null] }).Fields!.Keys);
    }

    [Fact]
    public void Lists_are_bounded_and_counters_differ()
    {
        Refused(
            "openingHours",
            new QueueRequest { Name = "n", OpeningHours = [.. Enumerable.Repeat(new OpeningHours("monday", "09:00", "10:00"), 51)] }
        );
        Refused(
            "counters",
            new QueueRequest { Name = "n", Counters = [.. Enumerable.Range(0, 201).Select(i => new CounterRequest($"{i}"))] }
        );
        Refused("counters", new QueueRequest { Name = "n", Counters = [new CounterRequest("Desk"), new CounterRequest("desk ")] });
    }

    [Fact]
    public void A_definition_survives_being_asked_for_again() =>
        Assert.Equivalent(
            Sample.FullDefinition(),
            QueueRequest.Of(new Queue { Definition = Sample.FullDefinition() }).Validate(Sample.Main),
            strict: true
        );

    [Fact]
    public void What_is_absent_of_the_schedule_is_the_branchs_and_an_empty_list_is_decidedly_none()
    {
        var branch = Sample.Main with
        {
            Id = "b",
            TimeZone = "Asia/Tokyo",
            OpeningHours = [new OpeningInterval(WeekDay.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0))],
            Closures = [new QueueClosure { FirstDay = new DateOnly(2026, 12, 25), LastDay = new DateOnly(2026, 12, 25) }],
        };

        var inherits = new QueueRequest { Name = "n" };
        var none = new QueueRequest
        {
            Name = "n",
            OpeningHours = [],
            Closures = [],
        };

        Assert.Equal(new OwnSchedule(false, false, false), inherits.Own());
        Assert.Equal(("b", "Asia/Tokyo", branch.OpeningHours, branch.Closures), Schedule(inherits.Validate(branch)));
        Assert.Equal(new OwnSchedule(false, true, true), none.Own());
        Assert.Null(none.Validate(branch).OpeningHours);
        Assert.Empty(none.Validate(branch).Closures!);

        static (string, string, IReadOnlyList<OpeningInterval>?, IReadOnlyList<QueueClosure>?) Schedule(QueueDefinition queue) =>
            (queue.BranchId, queue.TimeZone, queue.OpeningHours, queue.Closures);
    }

    [Fact]
    public void A_queue_without_any_interval_from_when_that_meant_never_stays_closed_until_it_is_given_some()
    {
        var queue = new Queue { Definition = Sample.Definition() with { OpeningHours = [] } };

        Assert.Empty((QueueRequest.Of(queue) with { Name = "Renamed" }).Validate(Sample.Main, queue).OpeningHours!);
        Assert.Null((QueueRequest.Of(queue) with { OpeningHours = null }).Validate(Sample.Main, queue).OpeningHours);
    }

    private static QueueRequest With(Booking booking) => new() { Name = "n", Booking = booking };

    private static Booking? Kept(Booking booking) => Booking.Of(With(booking).Validate(Sample.Main).Booking);

    private static void Refused(string field, QueueRequest request) => Assert.Equal([field], Refusal(request).Fields!.Keys);

    private static RefusedException Refusal(QueueRequest request) => Assert.Throws<RefusedException>(() => request.Validate(Sample.Main));
}
