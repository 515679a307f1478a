using CsCheck;

namespace SmartQueue.Tickets.Tests;

public sealed class LineOrderTests
{
    [Fact]
    public void A_ticket_can_be_put_behind_any_number_of_others() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[0, 40]).Sample((length, count) =>
        {
            var peers = Enumerable.Range(1, length).Select(i => LineOrder.OfArrival(i)).ToList();
            var order = LineOrder.Behind(peers, count);
            Assert.Equal(Math.Min(count, length), peers.Count(p => p < order));
            Assert.DoesNotContain(order, peers);
        });

    [Fact]
    public void Whoever_is_put_at_the_end_stands_before_the_next_arrival()
    {
        var peers = new List<long> { LineOrder.OfArrival(1), LineOrder.OfArrival(2) };
        Assert.InRange(LineOrder.Behind(peers, 2), peers[1] + 1, LineOrder.OfArrival(3) - 1);
    }

    [Fact]
    public void A_full_gap_sends_a_ticket_to_the_next_one_and_never_in_front()
    {
        var peers = new List<long> { 10, 11, 12, 100 };
        Assert.InRange(LineOrder.Behind(peers, 1), 13, 99);
    }
}
