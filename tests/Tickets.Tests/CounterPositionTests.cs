using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Tests;

public sealed class CounterPositionTests
{
    private static readonly CounterPosition Here = new(2, new LinePosition(LinePart.Waiting, 500, "b"));

    [Fact]
    public void In_a_line_of_the_same_rank_the_list_goes_on_where_it_ended() => Assert.Equal(Here.Line, Here.In(2));

    [Fact]
    public void Of_a_line_of_a_worse_rank_those_at_counters_were_listed_and_nobody_who_waits()
    {
        var place = Here.In(3);
        Assert.True(place.CompareTo(new LinePosition(LinePart.AtCounter, long.MaxValue, "z")) > 0);
        Assert.True(place.CompareTo(new LinePosition(LinePart.Waiting, long.MinValue, "a")) < 0);
    }

    [Fact]
    public void Of_a_line_of_a_better_rank_all_who_wait_were_listed_and_nobody_who_is_parked()
    {
        var place = Here.In(1);
        Assert.True(place.CompareTo(new LinePosition(LinePart.Waiting, long.MaxValue, "z")) > 0);
        Assert.True(place.CompareTo(new LinePosition(LinePart.Parked, long.MinValue, "a")) < 0);
    }

    [Fact]
    public void It_reads_back_as_written_and_nothing_else_does()
    {
        Assert.Equal(Here, CounterPosition.Parse(Here.ToString()));
        Assert.All((string[])["", "2", "x:" + Here.Line, "2:x", "-1:" + Here.Line], text => Assert.Null(CounterPosition.Parse(text)));
    }
}
