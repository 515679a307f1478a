using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

public sealed class LineStatusTests
{
    private static readonly QueueDefinition Definition = Sample.Definition() with { AverageServiceTime = 120 };

    [Fact]
    public void An_empty_line_has_zeros_and_the_defined_service_time()
    {
        var status = LineStatus.Of(Definition, LineFigures.None, null, Sample.Now);

        Assert.Null(status.CurrentNumber);
        Assert.Empty(status.ActiveTickets);
        Assert.Equal(
            new QueueStatistics
            {
                Waiting = 0,
                Called = 0,
                Serving = 0,
                ServedToday = 0,
                CancelledToday = 0,
                NoShowToday = 0,
                AverageWaitTime = 0,
                AverageServiceTime = 120,
                LongestWaitTime = 0,
                EstimatedWaitTime = 0,
                OpenCounters = 0,
            },
            status.Statistics
        );
    }

    [Fact]
    public void Tickets_stand_in_calling_order()
    {
        LineTicket[] tickets =
        [
            Sample.Ticket("parked", status: TicketStatus.Parked),
            Sample.Ticket("tenth") with
            {
                Number = 10,
            },
            Sample.Ticket("second") with
            {
                Number = 2,
            },
            Sample.Ticket("earlier") with
            {
                Number = 11,
                CreatedAt = Sample.Now.AddMinutes(-1),
            },
            Sample.Ticket("priority") with
            {
                Number = 12,
                Priority = 1,
                Order = -1,
            },
            Sample.Ticket("serving", status: TicketStatus.Serving) with
            {
                CalledAt = Sample.Now.AddMinutes(2),
            },
            Sample.Ticket("called", status: TicketStatus.Called) with
            {
                CalledAt = Sample.Now.AddMinutes(1),
            },
        ];

        Assert.Equal(["called", "serving", "priority", "earlier", "second", "tenth", "parked"], Status(tickets).ActiveTickets);
    }

    [Fact]
    public void A_told_place_goes_before_the_join_time()
    {
        LineTicket[] tickets =
        [
            Sample.Ticket("deferred") with
            {
                CreatedAt = Sample.Now.AddHours(-1),
                Order = 25,
            },
            Sample.Ticket("first") with
            {
                Order = 10,
            },
            Sample.Ticket("last") with
            {
                Order = 30,
            },
        ];

        Assert.Equal(["first", "deferred", "last"], Status(tickets).ActiveTickets);
    }

    [Fact]
    public void Figures_are_means_and_counts()
    {
        LineTicket[] tickets =
        [
            Sample.Ticket("w1") with
            {
                QueuedAt = Sample.Now.AddSeconds(-90),
            },
            Sample.Ticket("w2") with
            {
                QueuedAt = Sample.Now.AddSeconds(-30),
            },
            Sample.Ticket("w3"),
            Sample.Ticket("c", status: TicketStatus.Called) with
            {
                Counter = "1",
            },
            Sample.Ticket("s", status: TicketStatus.Serving) with
            {
                Counter = "2",
            },
            Sample.Ticket("p", status: TicketStatus.Parked),
        ];
        var figures = new LineFigures
        {
            Active = tickets,
            CurrentNumber = "A-9",
            ServedToday = 4,
            CancelledToday = 5,
            NoShowToday = 6,
            Waits = 2,
            WaitMs = 61_000,
            Services = 4,
            ServiceMs = 400_000,
            RecentCounters = ["2"],
        };

        var status = LineStatus.Of(Definition, figures, null, Sample.Now);

        Assert.Equal("A-9", status.CurrentNumber);
        Assert.Equal(
            new QueueStatistics
            {
                Waiting = 3,
                Called = 1,
                Serving = 1,
                ServedToday = 4,
                CancelledToday = 5,
                NoShowToday = 6,
                AverageWaitTime = 31,
                AverageServiceTime = 100,
                LongestWaitTime = 90,
                EstimatedWaitTime = 150,
                OpenCounters = 2,
            },
            status.Statistics
        );
    }

    [Fact]
    public void What_it_reckons_by_itself_is_not_told_to_the_second()
    {
        var figures = new LineFigures
        {
            Active = [Sample.Ticket("w")],
            Services = 1,
            ServiceMs = 37_000,
        };
        Assert.Equal(35, LineStatus.Of(Definition, figures, null, Sample.Now).Statistics.EstimatedWaitTime);
    }

    [Fact]
    public void While_the_queue_is_closed_no_wait_is_told()
    {
        var until = Sample.Definition() with { OpeningHours = [new(WeekDay.Monday, new(8, 0), new(9, 30))] };
        Assert.Equal(60, Told(until, Sample.Now));
        Assert.Null(Told(until, Sample.Now.AddMinutes(30)));
        Assert.Null(Told(until with { OpeningHours = null, IsActive = false }, Sample.Now));

        static int? Told(QueueDefinition definition, DateTimeOffset now) =>
            LineStatus.Of(definition, LineFigures.None, 60, now).Statistics.EstimatedWaitTime;
    }

    private static LineStatus Status(LineTicket[] tickets) =>
        LineStatus.Of(Definition, new LineFigures { Active = tickets }, null, Sample.Now);
}
