using CsCheck;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Tests;

public sealed class LineOrderTests
{
    [Fact]
    public void A_ticket_can_be_put_behind_any_number_of_others() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[0, 40])
            .Sample(
                (length, count) =>
                {
                    var peers = Enumerable.Range(1, length).Select(Arrival).ToList();
                    var order = LineOrder.Behind(peers, count, Arrival(0));
                    Assert.Equal(Math.Min(count, length), peers.Count(p => p < order));
                    Assert.DoesNotContain(order, peers);
                }
            );

    [Fact]
    public void Whoever_is_put_at_the_end_stands_before_the_next_arrival()
    {
        var peers = new List<long> { Arrival(1), Arrival(2) };
        for (var another = 0; another < 10; another++)
        {
            var order = LineOrder.Behind(peers, peers.Count, Arrival(0));
            Assert.InRange(order, peers[^1] + 1, Arrival(3) - 1);
            peers.Add(order);
        }
    }

    [Fact]
    public void Between_the_last_and_whoever_was_put_at_the_end_others_can_be_put()
    {
        var peers = new List<long> { Arrival(1), Arrival(2) };
        peers.Add(LineOrder.Behind(peers, 2, Arrival(0)));
        for (var another = 0; another < 10; another++)
        {
            var order = LineOrder.Behind(peers, 2, Arrival(0));
            Assert.InRange(order, peers[1] + 1, peers[2] - 1);
            peers.Insert(2, order);
        }
    }

    // Of equals the one with the older id is first, and that is not who comes next.
    [Fact]
    public void Where_no_room_is_left_at_the_end_one_still_stands_before_the_next_arrival() =>
        Assert.Equal(Arrival(3), LineOrder.Behind([Arrival(1), Arrival(3) - 1], 2, Arrival(0)));

    [Fact]
    public void Whoever_lets_nobody_go_first_stands_before_all_and_never_moves_back()
    {
        Assert.InRange(LineOrder.Behind([Arrival(5)], 0, Arrival(7)), Arrival(4) + 1, Arrival(5) - 1);
        Assert.Equal(Arrival(3), LineOrder.Behind([Arrival(5)], 0, Arrival(3)));
    }

    [Fact]
    public void With_nobody_to_stand_behind_the_order_stays() => Assert.Equal(7, LineOrder.Behind([], 1, 7));

    [Fact]
    public void Whoever_stands_behind_that_many_already_stays_there() =>
        Assert.Equal(Arrival(5), LineOrder.Behind([Arrival(1), Arrival(2)], 2, Arrival(5)));

    // Their ids would say who of the two goes first, and they are not asked.
    [Fact]
    public void Whoever_stands_level_with_the_last_is_put_behind_them() =>
        Assert.InRange(LineOrder.Behind([Arrival(1), Arrival(2)], 2, Arrival(2)), Arrival(2) + 1, Arrival(3) - 1);

    [Fact]
    public void Whoever_is_put_among_others_of_lower_priority_stands_before_no_later_one_of_a_higher()
    {
        var (urgent, ordinary) = (LineOrder.OfArrival(5, 9, null), Arrival(6));
        var put = LineOrder.Behind([urgent, ordinary], 1, Arrival(4));
        Assert.InRange(put, LineOrder.OfArrival(1_000_000_000, 1, null), ordinary - 1);
    }

    [Fact]
    public void A_level_of_priority_is_worth_its_head_start_and_a_strict_one_longer_than_anybody_waits()
    {
        var hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;
        Assert.InRange(LineOrder.OfArrival(10 * hour, 2, 1800), Arrival(9 * hour - 1), Arrival(9 * hour));
        Assert.True(LineOrder.OfArrival(10_000 * hour, 1, null) < Arrival(0));
        Assert.Equal(LineOrder.OfArrival(hour, 3, 600), LineOrder.Raised(Arrival(hour), 3, 600));
    }

    private static long Arrival(long moment) => LineOrder.OfArrival(moment, 0, null);

    private static long Arrival(int moment) => Arrival((long)moment);

    [Fact]
    public void The_last_room_between_two_is_used() => Assert.Equal(11, LineOrder.Behind([10, 12], 1, 1));

    [Fact]
    public void A_full_gap_sends_a_ticket_to_the_next_one_and_never_in_front()
    {
        var peers = new List<long> { 10, 11, 12, 100 };
        Assert.InRange(LineOrder.Behind(peers, 1, 1), 13, 99);
    }
}
