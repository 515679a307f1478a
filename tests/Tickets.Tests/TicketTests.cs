using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Tickets.Domain;
using static SmartQueue.Contracts.TicketStatus;

namespace SmartQueue.Tickets.Tests;

public sealed class TicketTests
{
    private static readonly Dictionary<
        string,
        (Func<Ticket, TicketChange> Move, TicketStatus To, Type Event, TicketStatus[] From)
    > Commands = new()
    {
        ["call"] = (t => t.Call(Some.Desk("2"), Some.Noon, "op"), Called, typeof(TicketCalled), [Waiting]),
        ["recall"] = (t => t.Recall(2, Some.Noon, "op"), Called, typeof(TicketRecalled), [Called]),
        ["start"] = (t => t.Start(null, Some.Noon, "op"), Serving, typeof(TicketServingStarted), [Called]),
        ["serve"] = (t => t.Serve(Some.Noon, "op"), Served, typeof(TicketServed), [Called, Serving]),
        ["cancel"] = (t => t.Cancel(null, Some.Noon, null), Cancelled, typeof(TicketCancelled), [Waiting, Parked, Called]),
        ["no-show"] = (t => t.MarkNoShow(null, Some.Noon, "op"), NoShow, typeof(TicketNoShow), [Called]),
        ["requeue"] = (
            t => t.Requeue(null, TimeSpan.FromMinutes(15), null, Some.Noon, "op"),
            Waiting,
            typeof(TicketRequeued),
            [Called, NoShow]
        ),
        ["defer"] = (t => t.Defer(1, 5, Some.Noon, null), Waiting, typeof(TicketDeferred), [Waiting]),
        ["park"] = (t => t.Park(null, Some.Noon, "op"), Parked, typeof(TicketParked), [Waiting, Called, Serving]),
        ["unpark"] = (t => t.Unpark(Some.Noon, "op"), Waiting, typeof(TicketUnparked), [Parked]),
        ["transfer"] = (t => t.Transfer("q2", "t2", Some.Noon, "op"), Transferred, typeof(TicketTransferred), [Waiting, Called, Serving]),
        ["expire"] = (
            t => t.Expire("the service day ended", Some.Noon),
            Expired,
            typeof(TicketExpired),
            [Waiting, Called, Serving, Parked]
        ),
    };

    public static TheoryData<string, TicketStatus> EveryPair()
    {
        var pairs = new TheoryData<string, TicketStatus>();
        foreach (var command in Commands.Keys)
        {
            foreach (var status in Enum.GetValues<TicketStatus>())
                pairs.Add(command, status);
        }

        return pairs;
    }

    [Fact]
    public void Whoever_gets_another_priority_stands_where_they_would_have_come_to_with_it()
    {
        var ticket = Some.In(Waiting) with { Priority = 1, Order = LineOrder.OfArrival(5_000_000, 1, 600) };

        var raised = ticket.Correct(TicketDetails.Of(ticket) with { Priority = 3 }, 600, Some.Noon, "op").Next;
        Assert.Equal(LineOrder.OfArrival(5_000_000, 3, 600), raised.Order);

        var lowered = raised.Correct(TicketDetails.Of(raised) with { Priority = 0 }, 600, Some.Noon, "op").Next;
        Assert.Equal(LineOrder.OfArrival(5_000_000, 0, 600), lowered.Order);
    }

    [Fact]
    public void A_ticket_was_last_announced_when_it_was_called_or_called_once_more()
    {
        var called = Some.In(Waiting).Call(Some.Desk("2"), Some.Noon.AddMinutes(1), "op").Next;
        var recalled = called.Recall(2, Some.Noon.AddMinutes(2), "op").Next;

        Assert.Null(Some.In(Waiting).LastAnnouncedAt());
        Assert.Equal(Some.Noon.AddMinutes(1), called.LastAnnouncedAt());
        Assert.Equal(Some.Noon.AddMinutes(2), recalled.LastAnnouncedAt());
        Assert.Null(recalled.Start(null, Some.Noon.AddMinutes(3), "op").Next.LastAnnouncedAt());
    }

    [Theory]
    [InlineData(Waiting, true)]
    [InlineData(Parked, true)]
    [InlineData(Called, false)]
    [InlineData(Serving, false)]
    [InlineData(Served, false)]
    [InlineData(Cancelled, false)]
    [InlineData(NoShow, false)]
    [InlineData(Transferred, false)]
    [InlineData(Expired, false)]
    public void Only_who_waits_gets_another_priority(TicketStatus status, bool allowed)
    {
        var ticket = Some.In(status);
        var details = TicketDetails.Of(ticket) with { Notes = "left an umbrella" };

        TicketChange Raised() => ticket.Correct(details with { Priority = ticket.Priority + 1 }, null, Some.Noon, "op");

        Assert.Equal("left an umbrella", ticket.Correct(details, null, Some.Noon, "op").Next.Notes);
        if (allowed)
            Assert.Equal(ticket.Priority + 1, Raised().Next.Priority);
        else
            Assert.Equal(ErrorCodes.InvalidTransition, Assert.Throws<RefusedException>(Raised).Code);
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Every_command_does_what_the_contract_says_in_every_status(string command, TicketStatus status)
    {
        var (move, to, expectedEvent, from) = Commands[command];
        var ticket = Some.In(status);

        if (!from.Contains(status))
        {
            var refusal = Assert.Throws<RefusedException>(() => move(ticket));
            Assert.Equal(ErrorCodes.InvalidTransition, refusal.Code);
            return;
        }

        var (next, change) = move(ticket);
        Assert.Equal(to, next.Status);
        Assert.Equal(ticket.Version + 1, next.Version);
        Assert.Equal((ticket.Status, to), (next.History[^1].From!.Value, next.History[^1].To));
        Assert.IsType(expectedEvent, change);
        Assert.Equal((next.Id, next.Version, to), (change.TicketId, change.Version, change.Ticket.Status));
    }

    [Theory]
    [InlineData(Served)]
    [InlineData(Cancelled)]
    [InlineData(Transferred)]
    [InlineData(Expired)]
    public void Nothing_follows_a_final_status(TicketStatus status) => Assert.Empty(TicketTransitions.From(status));

    [Fact]
    public void A_refusal_names_what_is_allowed()
    {
        var refusal = Assert.Throws<RefusedException>(() => Some.In(Parked).Serve(Some.Noon, "op"));
        Assert.Contains("waiting, cancelled, expired", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ticket_is_recalled_at_most_as_often_as_the_queue_allows()
    {
        var ticket = Some.In(Called).Recall(2, Some.Noon, "op").Next.Recall(2, Some.Noon, "op").Next;
        Assert.Equal(2, ticket.Recalls);
        Assert.Throws<RefusedException>(() => ticket.Recall(2, Some.Noon, "op"));
    }

    [Fact]
    public void A_missed_ticket_rejoins_within_its_grace_only()
    {
        var missed = Some.In(NoShow);
        var grace = TimeSpan.FromSeconds(900);
        Assert.Equal(Waiting, missed.Requeue(null, grace, null, Some.Noon + grace, "op").Next.Status);
        Assert.Throws<RefusedException>(() => missed.Requeue(null, grace, null, Some.Noon + grace + TimeSpan.FromMilliseconds(1), "op"));
    }

    [Fact]
    public void A_parked_ticket_returns_to_the_place_it_had()
    {
        var ticket = Some.Waiting(7);
        Assert.Equal(ticket.Order, ticket.Park("papers", Some.Noon, "op").Next.Unpark(Some.Noon.AddHours(1), "op").Next.Order);
    }

    [Fact]
    public void What_was_promised_goes_along_until_the_ticket_gives_up_its_place()
    {
        var ticket = Some.Waiting();
        var called = ticket.Call(Some.Desk("1"), Some.Noon, "op");
        Assert.Equal((Some.Promise, Some.Promise), (called.Next.Promise, called.Event.Ticket.Promise));
        Assert.Null(ticket.Defer(1, 5, Some.Noon, null).Next.Promise);
        Assert.Null(ticket.Park(null, Some.Noon, "op").Next.Promise);
        var other = new WaitPromise(60, 30, 90);
        Assert.Equal(other, ticket.ContinueIn("t2", Some.Queue("q2"), Some.Place(1), 0, other, Some.Noon, "op").Next.Promise);
    }

    [Fact]
    public void A_transferred_ticket_keeps_its_join_time_and_its_customer()
    {
        var ticket = Some.Waiting(3);
        var later = Some.Noon.AddMinutes(10);
        var successor = ticket
            .ContinueIn("t2", Some.Queue("q2") with { Prefix = "B" }, Some.Place(9, prefix: "B"), 0, Some.Promise, later, "op")
            .Next;
        Assert.Equal(
            (ticket.CreatedAt, later, "B-9", ticket.Id),
            (successor.CreatedAt, successor.QueuedAt, successor.TicketNumber, successor.TransferredFrom)
        );
        Assert.Equal((ticket.CustomerName, ticket.TrackingTokenHash), (successor.CustomerName, successor.TrackingTokenHash));
    }

    [Fact]
    public void Statuses_read_back_as_written() =>
        Assert.All(Enum.GetValues<TicketStatus>(), status => Assert.Equal(status, TicketTransitions.Read(status.Wire())));
}
