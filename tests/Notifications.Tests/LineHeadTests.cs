using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Following;

namespace SmartQueue.Notifications.Tests;

public sealed class LineHeadTests
{
    private static readonly FollowedTicket Yesterday = Ticket("t1", "A-42");
    private static readonly FollowedTicket Today = Ticket("t2", "A-42");
    private static readonly FollowedTicket Back = Ticket("t3", "A-300");

    [Fact]
    public void Whose_number_is_no_longer_in_the_line_has_left() => Assert.Equal([Back], Head(null, ("A-42", 5)).Left([Today, Back]));

    [Fact]
    public void Whoever_may_stand_further_back_has_not_left() => Assert.Empty(Head("more", ("A-42", 5)).Left([Today, Back]));

    [Fact]
    public void Whose_number_a_later_ticket_has_hears_nothing_of_it() =>
        Assert.Equal([Yesterday], Head(null, ("A-42", 5)).Left([Today, Yesterday]));

    [Fact]
    public void Whoever_is_called_has_not_left_and_does_not_wait()
    {
        var head = Head(null, ("A-42", null));
        Assert.Empty(head.Left([Today]));
        Assert.Empty(head.Waiting);
    }

    [Fact]
    public void A_number_that_two_have_is_nobodys_place()
    {
        var head = Head(null, ("A-42", 1), ("A-42", 5), ("A-43", 6));
        Assert.Equal(["A-43"], head.Waiting.Keys);
        Assert.Empty(head.Left([Today]));
    }

    [Fact]
    public void From_a_queue_that_is_gone_all_have_left() => Assert.Equal([Today, Back], LineHead.Empty.Left([Today, Back]));

    private static LineHead Head(string? next, params (string Number, int? Position)[] line) =>
        LineHead.Of(new Page<LinePlace>([.. line.Select(l => new LinePlace(l.Number, l.Position, 60))], next));

    private static FollowedTicket Ticket(string id, string number) =>
        new()
        {
            TicketId = id,
            Number = number,
            QueueId = "queue-1",
            QueueName = "Registry",
        };
}
