using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Tests;

public sealed class CounterTests
{
    [Fact]
    public void A_counter_that_opens_or_closes_after_a_break_keeps_no_reason_of_it()
    {
        var away = Counter
            .Create("c", new CounterDefinition(Branches.Main, "3", [], CounterRule.Oldest), Some.Noon, "admin")
            .Next.Open("op", takeOver: false, Some.Noon)
            .Next.Break("lunch", "op", Some.Noon)
            .Next;
        Assert.Equal("lunch", away.BreakReason);

        Assert.Null(away.Close(Some.Noon, "op").Next.BreakReason);
        Assert.Null(away.Open("op", takeOver: false, Some.Noon).Next.BreakReason);
    }
}
