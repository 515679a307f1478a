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
                    var peers = Enumerable.Range(1, length).Select(i => LineOrder.OfArrival(i)).ToList();
                    var order = LineOrder.Behind(peers, count)!.Value;
                    Assert.Equal(Math.Min(count, length), peers.Count(p => p < order));
                    Assert.DoesNotContain(order, peers);
                }
            );

    [Fact]
    public void Whoever_is_put_at_the_end_stands_before_the_next_arrival()
    {
        var peers = new List<long> { LineOrder.OfArrival(1), LineOrder.OfArrival(2) };
        for (var another = 0; another < 10; another++)
        {
            var order = LineOrder.Behind(peers, peers.Count)!.Value;
            Assert.InRange(order, peers[^1] + 1, LineOrder.OfArrival(3) - 1);
            peers.Add(order);
        }
    }

    [Fact]
    public void With_nobody_to_stand_behind_there_is_no_order_to_give() => Assert.Null(LineOrder.Behind([], 1));

    [Fact]
    public void A_full_gap_sends_a_ticket_to_the_next_one_and_never_in_front()
    {
        var peers = new List<long> { 10, 11, 12, 100 };
        Assert.InRange(LineOrder.Behind(peers, 1)!.Value, 13, 99);
    }
}
