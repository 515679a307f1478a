using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Tests;

/// <summary>What a queue keeps of a ticket's events.</summary>
public sealed class LineTicketTests
{
    private static readonly DateTimeOffset Called = Sample.Now.AddMinutes(4);

    [Fact]
    public void Service_is_from_the_counter_to_the_end_and_only_of_who_was_served()
    {
        Assert.Equal(180_000, Ended(TicketStatus.Served, serving: Called.AddMinutes(2)).ServiceMs);
        Assert.Equal(300_000, Ended(TicketStatus.Served, serving: null).ServiceMs);
        Assert.Null(Ended(TicketStatus.Cancelled, serving: Called.AddMinutes(2)).ServiceMs);
        Assert.Equal(240_000, Ended(TicketStatus.Served, serving: null).WaitMs);
    }

    [Fact]
    public void The_number_is_what_stands_behind_the_prefix() =>
        Assert.Equal(127, LineTicket.Of(Sample.Event("t", "q", TicketStatus.Waiting, 1, Sample.Now, number: 127)).Number);

    [Theory]
    [InlineData(TicketStatus.Waiting, true)]
    [InlineData(TicketStatus.Called, true)]
    [InlineData(TicketStatus.Serving, true)]
    [InlineData(TicketStatus.Parked, true)]
    [InlineData(TicketStatus.Served, false)]
    [InlineData(TicketStatus.Cancelled, false)]
    [InlineData(TicketStatus.NoShow, false)]
    [InlineData(TicketStatus.Transferred, false)]
    [InlineData(TicketStatus.Expired, false)]
    public void Only_who_is_in_the_queue_is_not_closed(TicketStatus status, bool inQueue) =>
        Assert.Equal(inQueue, LineTicket.Of(Sample.Event("t", "q", status, 2, Sample.Now)).ClosedAt is null);

    private static LineTicket Ended(TicketStatus status, DateTimeOffset? serving) =>
        LineTicket.Of(Sample.Event("t", "q", status, 4, Called.AddMinutes(5), queuedAt: Sample.Now, calledAt: Called, servingAt: serving));
}
