using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Tests;

public sealed class CounterWorkTests
{
    private static readonly DateTimeOffset At = Samples.Morning;

    private static readonly TimeRange Hour = new(At, At.AddHours(1));

    [Theory]
    [InlineData(-10, 10, 600, 1)]
    [InlineData(50, 70, 600, 0)]
    [InlineData(-10, 70, 3600, 0)]
    [InlineData(10, 10, 0, 1)]
    [InlineData(-10, 0, 0, 1)]
    [InlineData(50, 60, 600, 0)]
    public void A_service_is_busy_where_it_lies_in_the_range_and_counts_where_it_ends(int called, int served, int busy, int services)
    {
        var work = new CounterWork();
        work.Add(Fact(Called(called).Served(At.AddMinutes(served))), Hour, At);
        var tally = Assert.Single(work.Tallies).Value;
        Assert.Equal((busy * 1000, services), (tally.Busy, tally.Services));
    }

    [Theory]
    [InlineData(-20, -10)]
    [InlineData(60, 70)]
    public void What_lies_outside_is_no_part_of_it(int called, int served)
    {
        var work = new CounterWork();
        work.Add(Fact(Called(called).Served(At.AddMinutes(served))), Hour, At);
        Assert.Empty(work.Tallies);
    }

    [Fact]
    public void Who_went_back_to_the_line_or_was_set_aside_keeps_no_counter_busy()
    {
        var parked = Called(0) with { Status = TicketStatus.Parked, Counter = null };
        Assert.All(
            [Called(0).Requeued(), parked, parked.Closed(TicketStatus.Cancelled, At.AddMinutes(30)), Samples.Ticket("t", At)],
            ticket => Assert.Null(HeldTime.Of(Fact(ticket), At.AddHours(1)))
        );
    }

    [Fact]
    public void A_ticket_still_there_counts_up_to_now_and_a_forgotten_one_for_a_day()
    {
        Assert.Equal(new TimeRange(At, At.AddMinutes(30)), HeldTime.Of(Fact(Called(0)), At.AddMinutes(30)));
        Assert.Equal(new TimeRange(At, At.AddDays(1)), HeldTime.Of(Fact(Called(0)), At.AddDays(3)));
        Assert.Equal(new TimeRange(At, At.AddDays(1)), HeldTime.Of(Fact(Called(0).Served(At.AddDays(2))), At.AddDays(3)));
    }

    [Fact]
    public void A_day_has_what_its_hours_have_also_packed()
    {
        var facts = Enumerable
            .Range(0, 200)
            .Select(i =>
                Fact(
                    Called(i * 7, i % 3 == 0 ? null : $"op-{i % 4}", i % 5 == 0 ? null : $"c{i % 6}", $"{i % 7}")
                        .Served(At.AddMinutes((i * 7) + (i % 100)))
                )
            )
            .ToList();
        var day = new TimeRange(At, At.AddDays(1));
        var whole = new CounterWork();
        facts.ForEach(f => whole.Add(f, day, day.To));
        var packed = new CounterWork();
        for (var hour = RollupHour.Of(day.From); hour < RollupHour.Of(day.To); hour++)
        {
            var one = new CounterWork();
            foreach (var fact in facts)
                one.Add(fact, RollupHour.Whole(hour), day.To);
            packed.Add(one.Pack());
        }

        Assert.Equal(whole.Tallies.Keys.ToHashSet(), packed.Tallies.Keys.ToHashSet());
        Assert.All(whole.Tallies, t => Assert.Equal(t.Value, packed.Tallies[t.Key]));
        Assert.InRange(whole.Tallies.Values.Sum(t => t.Services), 150, 200);
    }

    private static TicketFact Fact(TicketState ticket) => TicketFact.Of(ticket);

    private static TicketState Called(int minute, string? servedBy = "op", string? counterId = "c1", string counter = "1") =>
        Samples.Ticket("t", At.AddHours(-1)).Called(At.AddMinutes(minute), counter) with
        {
            CounterId = counterId,
            ServedBy = servedBy,
        };
}
