using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Tests;

/// <summary>What each move sets, and that it leaves all else as it was.</summary>
public sealed class TicketMovesTests
{
    private static readonly DateTimeOffset Later = Some.Noon.AddMinutes(7);

    private static readonly Ticket Waiting = Some.Waiting(3, "ada") with
    {
        Language = "es",
        Notes = "in a hurry",
        Network = "192.0.2.1",
        TrackingTokenHash = "hash",
        Labels = ["vip"],
        Source = TicketSource.Kiosk,
        Priority = 1,
        Deferrals = 2,
    };

    private static readonly Ticket Called = Waiting.Call(Some.Desk("1"), Some.Noon.AddMinutes(1), "op1").Next;
    private static readonly Ticket Recalled = Called.Recall(2, Some.Noon.AddMinutes(2), "op2").Next;
    private static readonly Ticket Serving = Recalled.Start(null, Some.Noon.AddMinutes(3), "op3").Next;
    private static readonly Ticket Parked = Serving.Park("papers", Some.Noon.AddMinutes(4), "op4").Next;
    private static readonly Ticket Missed = Recalled.MarkNoShow("did not come", Some.Noon.AddMinutes(4), "op4").Next;

    [Fact]
    public void A_call_says_where_to_and_by_whom_and_begins_the_recalls_again()
    {
        var again = Waiting with { Recalls = 2, Counter = null };
        Check<TicketCalled>(
            again,
            t => t.Call(Some.Desk("2"), Later, "op"),
            t =>
                t with
                {
                    Status = TicketStatus.Called,
                    Counter = "2",
                    CounterId = "desk-2",
                    ServedBy = "op",
                    CalledAt = Later,
                    Recalls = 0,
                },
            counter: "2",
            e => Assert.Equal("2", e.Counter)
        );
    }

    [Fact]
    public void A_recall_counts_and_moves_nothing() =>
        Check<TicketRecalled>(
            Recalled,
            t => t.Recall(2, Later, "op"),
            t => t with { Recalls = 2 },
            counter: "1",
            e => Assert.Equal("1", e.Counter)
        );

    [Fact]
    public void A_start_stays_at_the_counter_that_called()
    {
        Check<TicketServingStarted>(
            Recalled,
            t => t.Start(null, Later, "op"),
            t => t with { Status = TicketStatus.Serving, ServedBy = "op", ServingAt = Later },
            counter: "1",
            e => Assert.Equal("1", e.Counter)
        );
    }

    [Fact]
    public void A_start_elsewhere_moves_the_ticket_there() =>
        Check<TicketServingStarted>(
            Recalled,
            t => t.Start(Some.Desk("5"), Later, "op"),
            t => t with { Status = TicketStatus.Serving, Counter = "5", CounterId = "desk-5", ServedBy = "op", ServingAt = Later },
            counter: "5",
            e => Assert.Equal("5", e.Counter)
        );

    [Fact]
    public void Who_is_served_leaves_and_it_is_known_by_whom_and_where() =>
        Check<TicketServed>(
            Serving,
            t => t.Serve(Later, "op"),
            t => t with { Status = TicketStatus.Served, ServedBy = "op", ServedAt = Later, ClosedAt = Later, Network = null },
            counter: "1",
            e => Assert.Equal("1", e.Counter)
        );

    [Fact]
    public void A_cancelled_ticket_says_why() =>
        Check<TicketCancelled>(
            Recalled,
            t => t.Cancel("went home", Later, "op"),
            t => t with { Status = TicketStatus.Cancelled, ClosedAt = Later, Network = null },
            counter: "1",
            e => Assert.Equal("went home", e.Reason),
            reason: "went home"
        );

    [Fact]
    public void Who_did_not_come_was_called_there_in_vain() =>
        Check<TicketNoShow>(
            Recalled,
            t => t.MarkNoShow("did not come", Later, "op"),
            t => t with { Status = TicketStatus.NoShow, ClosedAt = Later, Network = null },
            counter: "1",
            e => Assert.Equal("did not come", e.Reason),
            reason: "did not come"
        );

    [Fact]
    public void Who_comes_back_after_being_missed_is_as_before_the_call()
    {
        Check<TicketRequeued>(
            Missed,
            t => t.Requeue(77, TimeSpan.FromHours(1), "is here", Later, "op"),
            t =>
                t with
                {
                    Status = TicketStatus.Waiting,
                    Order = 77,
                    Counter = null,
                    CounterId = null,
                    CalledAt = null,
                    ClosedAt = null,
                    Recalls = 0,
                },
            counter: "1",
            e => Assert.Equal("is here", e.Reason),
            reason: "is here"
        );
        Assert.Equal(Missed.Order, Missed.Requeue(null, TimeSpan.FromHours(1), null, Later, "op").Next.Order);
    }

    [Fact]
    public void Who_defers_gives_up_the_place_that_was_promised_for_and_a_holder_may_so_ten_times()
    {
        Check<TicketDeferred>(
            Waiting,
            t => t.Defer(4, 99, Later, "ada", byHolder: true),
            t => t with { Order = 99, Promise = null, Deferrals = 3 },
            counter: null,
            e => Assert.Equal(4, e.Places),
            by: "ada"
        );
        Assert.Equal(2, Waiting.Defer(4, 99, Later, "op").Next.Deferrals);
        var often = Waiting with { Deferrals = 9 };
        often = often.Defer(1, 5, Later, "ada", byHolder: true).Next;
        Assert.Throws<Hosting.Errors.RefusedException>(() => often.Defer(1, 5, Later, "ada", byHolder: true));
        Assert.Equal(10, often.Defer(1, 5, Later, "op").Next.Deferrals);
    }

    [Fact]
    public void Who_is_parked_leaves_the_counter_and_keeps_the_place() =>
        Check<TicketParked>(
            Serving,
            t => t.Park("papers", Later, "op"),
            t => t with { Status = TicketStatus.Parked, Counter = null, CounterId = null, Promise = null },
            counter: "1",
            e => Assert.Equal("papers", e.Reason),
            reason: "papers"
        );

    [Fact]
    public void Who_is_brought_back_from_parking_was_not_called_yet() =>
        Check<TicketUnparked>(
            Parked,
            t => t.Unpark(Later, "op"),
            t => t with { Status = TicketStatus.Waiting, CalledAt = null, ServingAt = null, Recalls = 0 },
            counter: null,
            e => Assert.Null(e.Ticket.ServingAt)
        );

    [Fact]
    public void A_transferred_ticket_is_closed_where_it_was() =>
        Check<TicketTransferred>(
            Serving,
            t => t.Transfer("q2", "t2", Later, "op"),
            t => t with { Status = TicketStatus.Transferred, ClosedAt = Later, TransferredTo = "t2", Network = null },
            counter: "1",
            e => Assert.Equal(("q2", "t2"), (e.ToQueueId, e.ToTicketId))
        );

    [Fact]
    public void An_expired_ticket_says_why() =>
        Check<TicketExpired>(
            Parked,
            t => t.Expire("the queue has closed", Later),
            t => t with { Status = TicketStatus.Expired, ClosedAt = Later, Network = null },
            counter: null,
            e => Assert.Equal("the queue has closed", e.Reason),
            reason: "the queue has closed",
            by: null
        );

    [Fact]
    public void A_successor_is_a_ticket_of_its_own_that_begins_at_version_one_and_was_called_by_nobody()
    {
        var queue = Some.Queue("q2") with { Name = "Licences" };
        var place = Some.Place(3);
        var promise = new WaitPromise(60, 30, 90);

        var (next, change) = Serving.ContinueIn("t2", queue, place, 4, promise, Later, "op");

        Assert.True(Serving.Version > 1);
        Assert.Equal(
            Waiting with
            {
                Id = "t2",
                QueueId = "q2",
                QueueName = "Licences",
                Issued = false,
                Order = place.Order,
                Priority = 4,
                QueuedAt = Later,
                Promise = promise,
                UpdatedAt = Later,
                TransferredFrom = Serving.Id,
                ServedBy = Serving.ServedBy,
                History = next.History,
                Version = 1,
            },
            next
        );
        Assert.Equal([new TicketHistoryEntry(null, TicketStatus.Waiting, Later, "op", null, "transferred")], next.History);
        Told(next, Assert.IsType<TicketCreated>(change), "op");
    }

    [Fact]
    public void In_another_branch_a_successor_has_a_number_of_that_branch()
    {
        var queue = Some.Queue("q2") with { BranchId = "elsewhere" };
        Assert.Null(Waiting.NumberIn(queue));
        var next = Waiting.ContinueIn("t2", queue, Some.Place(9, prefix: "B"), 0, Some.Promise, Later, "op").Next;
        Assert.Equal(("elsewhere", "B-9", 9, true), (next.BranchId, next.TicketNumber, next.Number, next.Issued));
    }

    [Fact]
    public void A_long_history_keeps_its_first_and_its_latest_entries()
    {
        var ticket = Waiting;
        for (var i = 0; i < 250; i++)
            ticket = ticket.Defer(1, i, Some.Noon.AddSeconds(i), $"{i}").Next;
        Assert.Equal(200, ticket.History.Count);
        Assert.Equal((Waiting.History[0], "51", "249"), (ticket.History[0], ticket.History[1].By, ticket.History[^1].By));
    }

    private static void Check<TEvent>(
        Ticket before,
        Func<Ticket, TicketChange> move,
        Func<Ticket, Ticket> expected,
        string? counter,
        Action<TEvent> more,
        string? reason = null,
        string? by = "op"
    )
        where TEvent : ITicketEvent
    {
        var (next, change) = move(before);

        Assert.Equal(expected(before) with { UpdatedAt = Later, Version = before.Version + 1, History = next.History }, next);
        Assert.Equal([.. before.History, new TicketHistoryEntry(before.Status, next.Status, Later, by, counter, reason)], next.History);
        var told = Assert.IsType<TEvent>(change, exactMatch: true);
        Told(next, told, by);
        more(told);
    }

    // All that the event says of the ticket is as the ticket has it.
    private static void Told(Ticket next, ITicketEvent told, string? by)
    {
        Assert.Equal((next.Id, next.QueueId, next.Version, Later), (told.TicketId, told.QueueId, told.Version, told.OccurredAt));
        Assert.NotEqual(Guid.Empty, told.EventId);
        Assert.Equal(by, told.GetType().GetProperty("By")?.GetValue(told));
        Assert.All(typeof(TicketState).GetProperties(), p =>
            Assert.True(Equals(typeof(Ticket).GetProperty(p.Name)!.GetValue(next), p.GetValue(told.Ticket)), p.Name)
        );
    }
}
