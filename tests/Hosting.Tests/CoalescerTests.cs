using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class CoalescerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FakeTimeProvider time = new();
    private readonly ConcurrentQueue<(string Key, DateTimeOffset At)> sent = new();

    [Fact]
    public async Task The_first_change_is_sent_at_once()
    {
        await using var coalescer = Coalescer();

        coalescer.Changed("q");

        await SentAsync(1);
    }

    [Fact]
    public async Task Changes_within_the_interval_are_sent_once_at_its_end()
    {
        await using var coalescer = Coalescer();
        coalescer.Changed("q");
        await SentAsync(1);
        for (var i = 0; i < 100; i++)
            coalescer.Changed("q");

        await AdvanceUntilSentAsync(2);

        Assert.Equal(2, sent.Count);
        Assert.All(Gaps(), gap => Assert.True(gap >= Interval, $"{gap}"));
    }

    [Fact]
    public async Task A_stream_of_changes_is_sent_at_most_once_an_interval_and_the_last_is_sent()
    {
        var latest = 0;
        var told = new ConcurrentQueue<int>();
        await using var coalescer = new Coalescer(
            Interval,
            (_, _) =>
            {
                sent.Enqueue(("q", time.GetUtcNow()));
                told.Enqueue(Volatile.Read(ref latest));
                return Task.FromResult(true);
            },
            time
        );

        for (var i = 1; i <= 500; i++)
        {
            Volatile.Write(ref latest, i);
            coalescer.Changed("q");
            time.Advance(TimeSpan.FromMilliseconds(7));
        }

        await AdvanceUntilAsync(() => coalescer.Count == 0);
        Assert.Equal(500, told.Last());
        Assert.All(Gaps(), gap => Assert.True(gap >= Interval, $"{gap}"));
    }

    [Fact]
    public async Task Of_many_keys_that_change_at_once_a_few_are_sent_at_a_time()
    {
        const int Keys = 300;
        var (now, most) = (0, 0);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var coalescer = new Coalescer(
            Interval,
            async (key, _) =>
            {
                var running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                await go.Task;
                Interlocked.Decrement(ref now);
                sent.Enqueue((key, time.GetUtcNow()));
                return true;
            },
            time
        );
        for (var n = 0; n < Keys; n++)
            coalescer.Changed($"q{n}");
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref now) == 16));
        go.SetResult();

        await SentAsync(Keys);
        Assert.Equal(16, most);
        Assert.Equal(Keys, sent.Select(s => s.Key).Distinct().Count());

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
                Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    [Fact]
    public async Task Nothing_is_held_or_sent_once_it_is_quiet()
    {
        await using var coalescer = Coalescer();
        coalescer.Changed("a");
        coalescer.Changed("b");

        await AdvanceUntilAsync(() => coalescer.Count == 0);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, sent.Count);
    }

    [Fact]
    public async Task What_could_not_be_sent_is_sent_later()
    {
        var failures = 3;
        await using var coalescer = new Coalescer(
            Interval,
            (key, _) =>
            {
                sent.Enqueue((key, time.GetUtcNow()));
                return Task.FromResult(Interlocked.Decrement(ref failures) < 0);
            },
            time
        );

        coalescer.Changed("q");

        await AdvanceUntilAsync(() => coalescer.Count == 0);
        Assert.Equal(4, sent.Count);
    }

    [Fact]
    public async Task Stopping_ends_what_waits()
    {
        var coalescer = Coalescer();
        coalescer.Changed("q");
        await SentAsync(1);

        await coalescer.DisposeAsync();
        coalescer.Changed("q");

        Assert.Single(sent);
    }

    [Fact]
    public async Task Stopping_does_not_fail_with_what_fails_since_the_process_stops()
    {
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var coalescer = new Coalescer(
            Interval,
            async (_, stopping) =>
            {
                sending.SetResult();
                await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // As a store or a bus that was closed meanwhile.
                throw new ObjectDisposedException("bus");
            },
            time
        );
        coalescer.Changed("q");
        await sending.Task;

        await coalescer.DisposeAsync();
    }

    private Coalescer Coalescer() =>
        new(
            Interval,
            (key, _) =>
            {
                sent.Enqueue((key, time.GetUtcNow()));
                return Task.FromResult(true);
            },
            time
        );

    private IEnumerable<TimeSpan> Gaps() => sent.Zip(sent.Skip(1), (a, b) => b.At - a.At);

    private Task SentAsync(int count) => Eventually.TrueAsync(() => Task.FromResult(sent.Count >= count));

    private Task AdvanceUntilSentAsync(int count) => AdvanceUntilAsync(() => sent.Count >= count);

    // The delay begins on another thread, so the clock moves on until it has run out.
    private Task AdvanceUntilAsync(Func<bool> condition) =>
        Eventually.TrueAsync(() =>
        {
            if (!condition())
                time.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(condition());
        });
}
