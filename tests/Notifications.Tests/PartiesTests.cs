using Microsoft.Extensions.Time.Testing;
using SmartQueue.Notifications.Delivery;

namespace SmartQueue.Notifications.Tests;

public sealed class PartiesTests
{
    private const int Places = 16;
    private static readonly DeliveryOptions Options = new()
    {
        BreakAfter = 3,
        Break = TimeSpan.FromSeconds(15),
        FirstDelay = TimeSpan.FromSeconds(5),
    };
    private readonly FakeTimeProvider time = new(Samples.Morning);
    private readonly Parties parties;

    public PartiesTests() => parties = new Parties(Options, Places, time);

    [Fact]
    public void One_that_fails_is_left_alone_and_one_message_tries_it_then()
    {
        for (var i = 0; i < Options.BreakAfter; i++)
            Try("bad", Verdict.Fails);
        Assert.Null(parties.TryEnter("bad", out var again));
        Assert.Equal((Samples.Morning + Options.Break, 1), (again, parties.Away));
        Assert.NotNull(parties.TryEnter("good", out _));

        time.Advance(Options.Break);
        var probe = parties.TryEnter("bad", out _)!;
        Assert.Null(parties.TryEnter("bad", out again));
        Assert.NotNull(again);
        parties.Leave(probe, Verdict.Fails);
        Assert.Null(parties.TryEnter("bad", out _));

        time.Advance(Options.Break);
        Try("bad", Verdict.Works);
        Assert.NotNull(parties.TryEnter("bad", out _));
        Assert.Equal(0, parties.Away);
    }

    [Fact]
    public void Those_that_failed_hold_a_quarter_of_the_places_and_with_new_ones_half()
    {
        foreach (var party in (string[])["bad-1", "bad-2", "bad-3"])
            Try(party, Verdict.Fails);
        Assert.Equal((2, 2, 0), (Fill("bad-1"), Fill("bad-2"), Fill("bad-3")));
        Assert.Equal((2, 2, 0), (Fill("new-1"), Fill("new-2"), Fill("new-3")));
        Assert.Null(parties.TryEnter("new-3", out var again));
        Assert.Equal(Samples.Morning + Options.Sweep, again);
        Assert.Null(parties.TryEnter("bad-3", out again));
        Assert.Equal(Samples.Morning + Options.FirstDelay, again);
    }

    [Fact]
    public void One_that_works_holds_three_quarters_and_is_not_put_off_beyond_that()
    {
        Try("good", Verdict.Works);
        Fill("new");
        Assert.Equal(Places * 3 / 4, Fill("good"));
        Assert.Null(parties.TryEnter("good", out var again));
        Assert.Null(again);
    }

    [Fact]
    public void Strangers_who_name_new_ones_with_every_message_fill_no_memory_and_push_out_none_in_use()
    {
        Try("good", Verdict.Works);
        var held = parties.TryEnter("held", out _)!;
        for (var i = 0; i < 5 * Parties.MostKept; i++)
        {
            Try($"https://{i}.example.org", Verdict.Fails);
            if (i % 100 == 0)
                Try("good", Verdict.Works);
        }

        Assert.Equal(Parties.MostKept, parties.Count);
        Assert.Equal(Places * 3 / 4, Fill("good"));
        parties.Leave(held, Verdict.Works);
        Assert.NotNull(parties.TryEnter("held", out _));
    }

    private void Try(string party, Verdict verdict) => parties.Leave(parties.TryEnter(party, out _)!, verdict);

    private int Fill(string party)
    {
        var taken = 0;
        while (parties.TryEnter(party, out _) is not null)
            taken++;
        return taken;
    }
}
