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
            Sample.Ticket("set aside before", status: TicketStatus.Parked) with
            {
                CreatedAt = Sample.Now.AddMinutes(-1),
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

        var figures = new LineFigures { Waiting = ["first", "last"], Others = tickets };
        Assert.Equal(
            ["called", "serving", "first", "last", "set aside before", "parked"],
            LineStatus.Of(Definition, figures, null, Sample.Now).ActiveTickets
        );
    }

    [Fact]
    public void Figures_are_means_and_counts()
    {
        LineTicket[] tickets =
        [
            Sample.Ticket("c", status: TicketStatus.Called) with
            {
                Counter = "1",
            },
            Sample.Ticket("s", status: TicketStatus.Serving) with
            {
                Counter = "2",
            },
            Sample.Ticket("s2", status: TicketStatus.Serving) with
            {
                Counter = "2",
            },
            Sample.Ticket("p", status: TicketStatus.Parked),
        ];
        var figures = new LineFigures
        {
            Waiting = ["w1", "w2", "w3"],
            WaitingSince = Sample.Now.AddSeconds(-90),
            Others = tickets,
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
                Serving = 2,
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
            Waiting = ["w"],
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
}
