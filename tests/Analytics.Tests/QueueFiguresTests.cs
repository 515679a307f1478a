using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Tests;

public sealed class QueueFiguresTests
{
    private static readonly DateTimeOffset At = Samples.Morning;

    [Fact]
    public void Counts_follow_the_present_status_and_called_the_first_call()
    {
        var figures = Figures(
            Samples.Ticket("waiting", At),
            Samples.Ticket("parked", At) with
            {
                Status = TicketStatus.Parked,
            },
            Samples.Ticket("called", At).Called(At),
            Samples.Ticket("served", At).Called(At).Served(At),
            Samples.Ticket("left", At).Closed(TicketStatus.Cancelled, At),
            Samples.Ticket("left-late", At).Called(At).Closed(TicketStatus.Cancelled, At),
            Samples.Ticket("absent", At).Called(At).Closed(TicketStatus.NoShow, At),
            Samples.Ticket("moved", At).Closed(TicketStatus.Transferred, At),
            Samples.Ticket("late", At).Closed(TicketStatus.Expired, At)
        );
        Assert.Equal(
            new OutcomeCounts
            {
                Created = 9,
                Called = 4,
                Served = 1,
                Cancelled = 2,
                NoShow = 1,
                Transferred = 1,
                Expired = 1,
                Waiting = 2,
            },
            figures.Counts
        );
        Assert.Equal(1.0 / 9, figures.Abandonment);
        Assert.Equal(0.25, figures.NoShowRate);
    }

    [Fact]
    public void Nobody_gives_no_shares_and_no_durations()
    {
        var figures = Figures();
        Assert.Null(figures.ServiceLevel);
        Assert.Null(figures.Abandonment);
        Assert.Null(figures.NoShowRate);
        Assert.Equal(new DurationFigures(null, null, null, null, null), figures.WaitTime);
        Assert.Empty(figures.PeakHours);
        Assert.Empty(figures.Counters);
    }

    [Fact]
    public void The_service_level_counts_a_call_at_the_target_as_in_time() =>
        Assert.Equal(
            0.5,
            Figures(
                Samples.Ticket("in-time", At).Called(At.AddSeconds(300)),
                Samples.Ticket("late", At).Called(At.AddSeconds(300.001)),
                Samples.Ticket("not-called", At)
            ).ServiceLevel
        );

    [Fact]
    public void Promises_are_held_against_the_first_call_of_those_who_had_to_wait()
    {
        var told = new WaitPromise(100, 60, 180);
        var figures = Figures(
            Told("in-range", told).Called(At.AddSeconds(60)),
            Told("too-late", told).Called(At.AddSeconds(300)),
            Told("at-once", told).Called(At.AddSeconds(0.9)),
            Told("not-called", told),
            Told("gave-up-its-place", null).Called(At.AddSeconds(900))
        );
        Assert.Equal(new EstimateFigures(2, 120, -80, 0.5), figures.Estimates);

        static TicketState Told(string id, WaitPromise? promise) => Samples.Ticket(id, At) with { Promise = promise };
    }

    [Fact]
    public void Rollups_from_before_there_were_estimates_are_read_without_them()
    {
        // Format 1: a served ticket with a wait of 2 s and a service of 3 s, at counter 7.
        var rollup = OfOneServed(format: 1, 0, 2000, 2000, 1, 2, 1, 3000, 3000, 1, 3, 1, 1, 500, 1, 1, 1, 1, 1, '7', 1, 1, 3000);
        Assert.Equal((1, 1, 0), (rollup.Waits.Count, rollup.Services.Count, rollup.Estimates.Count));
        Assert.Equal(3, rollup.Counters["7"].MeanServiceTime);
    }

    [Fact]
    public void Percentiles_are_the_nearest_rank()
    {
        Assert.Equal(new DurationFigures(10.5, 10, 18, 19, 20), Spread(Enumerable.Range(1, 20).Reverse().Select(i => i * 1000)));
        Assert.Equal(new DurationFigures(1.5, 1.5, 1.5, 1.5, 1.5), Spread([1500]));
        Assert.Equal(new DurationFigures(2, 2, 3, 3, 3), Spread([1000, 2000, 3000]));
        Assert.Equal(new DurationFigures(1.25, 2, 2.1, 2.1, 2.1), Spread([400, 1250, 2100]));

        static DurationFigures Spread(IEnumerable<int> milliseconds)
        {
            var tally = new DurationTally();
            foreach (var duration in milliseconds)
                tally.Add(TimeSpan.FromMilliseconds(duration));
            return tally.Figures();
        }
    }

    [Fact]
    public void A_requeued_ticket_waited_until_its_first_call()
    {
        var ticket = Samples.Ticket("t", At);
        var called = ticket.Called(At.AddSeconds(60));
        var again = called.Requeued().Called(At.AddSeconds(600));
        var fact = TicketFact.Of(again).Join(TicketFact.Of(called)).Join(TicketFact.Of(ticket));
        Assert.Equal(TimeSpan.FromSeconds(60), fact.WaitTime());
        Assert.Equal(At.AddSeconds(600), fact.CalledAt);
    }

    [Fact]
    public void A_transferred_ticket_waits_in_its_new_queue_from_when_it_came() =>
        Assert.Equal(
            TimeSpan.FromSeconds(20),
            TicketFact.Of((Samples.Ticket("t", At) with { QueuedAt = At.AddSeconds(100) }).Called(At.AddSeconds(120))).WaitTime()
        );

    [Fact]
    public void Service_counts_from_its_begin_or_from_the_call_where_none_was_noted()
    {
        var called = Samples.Ticket("t", At).Called(At.AddSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(50), TicketFact.Of(called.Served(At.AddSeconds(60))).ServiceTime());
        Assert.Equal(TimeSpan.FromSeconds(40), TicketFact.Of(called.Serving(At.AddSeconds(20)).Served(At.AddSeconds(60))).ServiceTime());
        var secondVisit = called.Serving(At.AddSeconds(20)).Called(At.AddSeconds(55)).Served(At.AddSeconds(60));
        Assert.Equal(TimeSpan.FromSeconds(5), TicketFact.Of(secondVisit).ServiceTime());
        Assert.Null(TicketFact.Of(called).ServiceTime());
    }

    [Fact]
    public void Throughput_covers_the_range_without_gaps_and_what_came_after_it()
    {
        var figures = Figures(
            Samples.Ticket("a", At.AddMinutes(5)).Called(At.AddMinutes(59)).Served(At.AddMinutes(61)),
            Samples.Ticket("b", At.AddMinutes(179)).Called(At.AddMinutes(181)).Served(At.AddDays(1))
        );
        Assert.Equal(
            [
                new(At, 1, 1, 0, 54 * 60, 54 * 60, null, null),
                new(At.AddHours(1), 0, 0, 1, null, null, null, null),
                new(At.AddHours(2), 1, 0, 0, null, null, null, null),
                new(At.AddHours(3), 0, 1, 0, 120, 120, null, null),
                new(At.AddDays(1), 0, 0, 1, null, null, null, null),
            ],
            figures.Throughput
        );
    }

    [Fact]
    public void Waits_and_what_was_promised_are_told_by_the_quarter_of_the_call()
    {
        var range = new TimeRange(At, At.AddHours(1));
        var told = new WaitPromise(600, 500, 700);
        var figures = Figures(
            range,
            BucketSize.Quarter,
            Samples.Ticket("a", At) with
            {
                Promise = told,
            },
            (Samples.Ticket("b", At) with { Promise = told }).Called(At.AddMinutes(16)),
            (Samples.Ticket("c", At.AddMinutes(10)) with { Promise = told }).Called(At.AddMinutes(29)),
            Samples.Ticket("d", At.AddMinutes(20)).Called(At.AddMinutes(29)),
            Samples.Ticket("e", At.AddMinutes(40)).Called(At.AddMinutes(40))
        );
        Assert.Equal("quarter", figures.Bucket);
        Assert.Equal("Europe/Madrid", figures.TimeZone);
        Assert.Equal(
            [
                new(At, 3, 0, 0, null, null, null, null),
                new(At.AddMinutes(15), 1, 3, 0, 16 * 60, 19 * 60, 600, 17.5 * 60),
                new(At.AddMinutes(30), 1, 1, 0, 0, 0, null, null),
                new(At.AddMinutes(45), 0, 0, 0, null, null, null, null),
            ],
            figures.Throughput
        );
    }

    [Fact]
    public void Rollups_from_before_there_were_waits_by_quarter_are_read_without_them()
    {
        // Format 2: the same, and a promise of 5 s.
        var rollup = OfOneServed(format: 2, 0, 2000, 2000, 1, 2, 1, 3000, 3000, 1, 3, 1, 1, 5000, 2000, 3000, 0, 1, 500, 1, 1, 1, 0);
        Assert.Equal((1, 1, 1), (rollup.Waits.Count, rollup.Services.Count, rollup.Estimates.Count));
        var quarter = Assert.Single(rollup.Quarters).Value;
        Assert.Equal((1, 1, 1, 0), (quarter.Created, quarter.Called, quarter.Served, quarter.Waits.Count));
    }

    [Fact]
    public void Rollups_from_before_there_were_appointments_are_of_walk_ins_alone()
    {
        // Format 3: one ticket, called after 2 s and served within 3 s by counter 0, without a promise.
        var rollup = OfOneServed(format: 3, 0, 3000, 3000, 1, 3, 1, 1, 500, 1, 1, 1, 2000, 2000, 1, 2, 1, 0, 0, 0, 0, 0, 0);
        Assert.Equal((1, 1, 0), (rollup.Waits.Count, rollup.WalkInWaits.Count, rollup.Booked.Arrived));
        Assert.Equal(2, rollup.WalkInWaits.Figures().Mean);
        Assert.Equal(1, Assert.Single(rollup.Quarters).Value.Waits.Count);
    }

    [Fact]
    public void Who_booked_waits_from_their_time_or_from_coming_and_walk_ins_are_told_apart()
    {
        var due = At.AddMinutes(30);
        var figures = Figures(
            // A quarter of an hour early, and called four minutes after the time.
            Booked("early", At.AddMinutes(15)).Called(At.AddMinutes(34)),
            // Five minutes off either way is on time.
            Booked("first", At.AddMinutes(25)).Called(At.AddMinutes(29)),
            Booked("last", At.AddMinutes(35)).Called(At.AddMinutes(45)),
            Booked("late", At.AddMinutes(36)).Called(At.AddMinutes(46).AddSeconds(1)),
            Booked("waits", At.AddMinutes(30)),
            Samples.Ticket("walk-in", At).Called(At.AddMinutes(20)),
            Samples.Ticket("gone", At).Closed(TicketStatus.Cancelled, At.AddMinutes(2))
        );
        var appointments = figures.Appointments!;
        Assert.Equal(new ArrivalFigures(1, 3, 1, (-15 * 60 - 5 * 60 + 5 * 60 + 6 * 60 + 0) / 5.0), appointments.Arrivals);
        Assert.Equal(0.75, appointments.CalledInTime);
        Assert.Equal(new WaitFigures(4, new DurationFigures((4 * 60 + 0 + 600 + 601) / 4.0, 240, 601, 601, 601), 0.5), appointments.Booked);
        Assert.Equal(new WaitFigures(1, new DurationFigures(1200, 1200, 1200, 1200, 1200), 0), appointments.WalkIns);
        // All together they are as they were: from entering the line on.
        Assert.Equal((5, 1200), (figures.Counts.Called, figures.WaitTime.Max));

        TicketState Booked(string id, DateTimeOffset came) => Samples.Ticket(id, came) with { AppointmentAt = due };
    }

    [Fact]
    public void Who_was_transferred_is_booked_where_they_came_for_and_a_walk_in_where_they_went()
    {
        var came = Samples.Ticket("t", At) with { AppointmentAt = At, VisitId = "t" };
        var next = came with { Id = "next", QueuedAt = At.AddMinutes(10) };
        Assert.Equal(At, TicketFact.Of(came).DueAt());
        Assert.Null(TicketFact.Of(next).DueAt());
        Assert.Null(Figures(next.Called(At.AddMinutes(11))).Appointments);
    }

    [Fact]
    public void Where_nobody_booked_there_are_no_figures_of_appointments() =>
        Assert.Null(Figures(Samples.Ticket("a", At).Called(At.AddMinutes(1))).Appointments);

    [Theory]
    [InlineData(AppointmentStatus.Booked, false, "Expected")]
    [InlineData(AppointmentStatus.Arrived, true, "Present")]
    [InlineData(AppointmentStatus.Served, true, "Served")]
    [InlineData(AppointmentStatus.NoShow, true, "NoShow")]
    [InlineData(AppointmentStatus.NoShow, false, "Missed")]
    [InlineData(AppointmentStatus.Cancelled, true, "Left")]
    [InlineData(AppointmentStatus.Cancelled, false, "Cancelled")]
    public void What_became_of_an_appointment_depends_on_whether_anybody_came(AppointmentStatus status, bool came, string outcome) =>
        Assert.Equal(outcome, AppointmentFact.Of(Samples.Appointment("a", At).Becomes(status, came)).Outcome.ToString());

    [Fact]
    public void What_became_of_appointments_is_told_and_who_did_not_come_is_a_share_of_those_that_are_over()
    {
        var tally = new AppointmentTally();
        foreach (var (outcome, count) in Enum.GetValues<AppointmentOutcome>().Select((o, i) => (o, i + 1)))
            tally[outcome] = count;
        var figures = AppointmentFigures.Of(tally, new Rollup(), default)!;
        Assert.Equal(
            (21, 1, 2 + 3 + 4 + 5, 3, 4, 5, 6, 7),
            (
                figures.Due,
                figures.Expected,
                figures.Arrived,
                figures.Served,
                figures.NoShow,
                figures.Left,
                figures.Missed,
                figures.Cancelled
            )
        );
        Assert.Equal((4 + 6) / 18.0, figures.NoShowRate);
        Assert.Equal(new ArrivalFigures(0, 0, 0, null), figures.Arrivals);
        Assert.Null(figures.CalledInTime);
        Assert.Null(figures.Booked.ServiceLevel);
    }

    [Fact]
    public void Peak_hours_are_those_of_the_wall_clock()
    {
        // Monday 23:30 in Madrid, and Tuesday 00:30.
        var range = new TimeRange(At, At.AddDays(2));
        var figures = Figures(
            range,
            Samples.Ticket("a", At.AddHours(14.5)),
            Samples.Ticket("b", At.AddHours(14.5)),
            Samples.Ticket("c", At.AddHours(15.5))
        );
        Assert.Equal([new(WeekDay.Monday, 23, 2), new(WeekDay.Tuesday, 0, 1)], figures.PeakHours);
    }

    [Fact]
    public void Counters_are_listed_with_what_they_served()
    {
        var figures = Figures(
            Samples.Ticket("a", At).Called(At, "2").Served(At.AddSeconds(10)),
            Samples.Ticket("b", At).Called(At, "1").Served(At.AddSeconds(20)),
            Samples.Ticket("c", At).Called(At, "1").Served(At.AddSeconds(40)),
            Samples.Ticket("d", At).Called(At, "3")
        );
        Assert.Equal([new("1", 2, 30), new("2", 1, 10)], figures.Counters);
    }

    // As earlier versions packed it: after the format how many tickets there are of each status, then the rest.
    private static Rollup OfOneServed(long format, params IEnumerable<int> rest)
    {
        using var packed = new MemoryStream();
        using (var writer = new BinaryWriter(packed))
        {
            var statuses = Enum.GetValues<TicketStatus>().Select(s => s == TicketStatus.Served ? 1L : 0L);
            foreach (var number in statuses.Prepend(format).Concat(rest.Select(n => (long)n)))
                writer.Write7BitEncodedInt64(number);
        }

        var rollup = new Rollup();
        rollup.Add(packed.ToArray());
        return rollup;
    }

    private static QueueFigures Figures(params TicketState[] tickets) => Figures(new TimeRange(At, At.AddHours(3)), tickets);

    private static QueueFigures Figures(TimeRange range, params TicketState[] tickets) => Figures(range, BucketSize.Hour, tickets);

    private static QueueFigures Figures(TimeRange range, BucketSize size, params TicketState[] tickets)
    {
        var rollup = new Rollup();
        foreach (var ticket in tickets)
            rollup.Add(TicketFact.Of(ticket));
        var figures = QueueFigures.Of(QueueProfile.Of(Samples.Queue()), range, size, rollup, new AppointmentTally());

        // Packed and read back, it gives the same.
        var unpacked = new Rollup();
        unpacked.Add(rollup.Pack());
        Assert.Equivalent(
            figures,
            QueueFigures.Of(QueueProfile.Of(Samples.Queue()), range, size, unpacked, new AppointmentTally()),
            strict: true
        );
        return figures;
    }
}
