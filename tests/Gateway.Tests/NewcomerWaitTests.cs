using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;

namespace SmartQueue.Gateway.Tests;

public sealed class NewcomerWaitTests
{
    private readonly FakeTimeProvider time = new(GatewayHost.Noon);
    private readonly NewcomerWaits waits;

    public NewcomerWaitTests() => waits = new NewcomerWaits(time);

    [Fact]
    public void What_was_said_last_is_told_whole()
    {
        Assert.Null(waits.Of("q1"));
        waits.Hear(Said(600, ahead: 3));
        waits.Hear(Said(60, ahead: 1, seconds: -1));

        Assert.Equal(new Eta(600, 500, 700, "low", 3, "3 ahead"), waits.Of("q1"));
        waits.Forget("q1");
        Assert.Null(waits.Of("q1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void What_is_not_said_again_is_not_told_for_ever(int ahead)
    {
        var goodFor = ahead > 0 ? NewcomerWaits.GoodFor : NewcomerWaits.QuietGoodFor;
        waits.Hear(Said(600, ahead));
        time.Advance(goodFor - TimeSpan.FromSeconds(1));
        Assert.Equal(600, waits.Of("q1")!.EstimatedWaitTime);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(waits.Of("q1"));
    }

    [Fact]
    public void What_an_earlier_version_says_is_not_taken_for_the_whole()
    {
        waits.Hear(Said(600, ahead: 3) with { Newcomer = null });
        Assert.Null(waits.Of("q1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_asked_for_holds_until_something_is_said_and_never_replaces_what_was_said_meanwhile(bool known)
    {
        if (known)
        {
            waits.Hear(Said(600, ahead: 3));
            time.Advance(NewcomerWaits.GoodFor);
        }

        Assert.Null(await waits.AskAsync("q1", () => Task.FromResult<Eta?>(null)));
        Assert.Null(waits.Of("q1"));
        await AskAsync(120);
        Assert.Equal(120, waits.Of("q1")!.EstimatedWaitTime);
        // Sent before, and held up on its way.
        waits.Hear(Said(30, ahead: 1, seconds: known ? -1 : 0));
        Assert.Equal(known ? 120 : 30, waits.Of("q1")!.EstimatedWaitTime);

        await waits.AskAsync("q1", () =>
        {
            waits.Hear(Said(240, ahead: 2, seconds: 1));
            return AnswerAsync(120);
        });
        Assert.Equal(240, waits.Of("q1")!.EstimatedWaitTime);

        Task<Eta?> AskAsync(int wait) => waits.AskAsync("q1", () => AnswerAsync(wait));

        static Task<Eta?> AnswerAsync(int wait) => Task.FromResult<Eta?>(new Eta(wait, wait, wait, "low", 1, "1 ahead"));
    }

    private static LinePositionsChanged Said(int wait, int ahead, int seconds = 0) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = GatewayHost.Noon.AddSeconds(seconds),
            QueueId = "q1",
            TicketIds = [],
            Waits = [],
            Lows = [],
            Highs = [],
            Whole = true,
            NewcomerWait = wait,
            Newcomer = new(wait - 100, wait + 100, "low", ahead, $"{ahead} ahead"),
        };
}
