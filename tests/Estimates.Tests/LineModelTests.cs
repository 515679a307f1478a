using System.Globalization;

namespace SmartQueue.Estimates.Tests;

public sealed class LineModelTests
{
    private static readonly DateTimeOffset Opening = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_history_the_promise_is_services_to_begin_times_the_usual_one_and_wide()
    {
        var line = new LineModel(300);
        line.Occupy("at the counter", "1", "k", Opening);
        line.Join("a", "k", 0, 1, Opening);
        line.Join("b", "k", 0, 2, Opening);
        var promise = line.PromiseTo("b", Opening)!;
        Assert.Equal((600, 1, "low"), (promise.Middle, promise.Ahead, promise.Confidence));
        Assert.InRange(promise.High - promise.Low, 600, 2400);
        Assert.Contains("the usual service time", promise.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_line_with_a_free_counter_promises_next_to_nothing()
    {
        var line = new LineModel(300);
        var promise = line.PromiseNewcomer("k", 0, Opening);
        Assert.Equal((0, 0), (promise.Middle, promise.Ahead));
        Assert.True(promise.Low >= 0);
    }

    [Fact]
    public void Counters_that_leave_the_first_in_line_standing_are_not_counted_on()
    {
        var line = Busy(2);
        for (var c = 0; c < 2; c++)
            line.End(Name("busy", c), Opening.AddMinutes(5));
        line.Join("a", "k", 0, 1, Opening.AddMinutes(6));
        Assert.Equal(0, line.PromiseNewcomer("k", 0, Opening.AddMinutes(6)).Middle);
        // Nobody has called for ten minutes: two services of five minutes are to come first, at one counter at best.
        Assert.Equal(600, line.PromiseNewcomer("k", 0, Opening.AddMinutes(16)).Middle);
        line.Call("a", "c0", Opening.AddMinutes(17));
        Assert.Equal(0, line.PromiseNewcomer("k", 0, Opening.AddMinutes(17)).Middle);
    }

    [Fact]
    public void An_open_counter_that_rests_for_two_hours_is_free()
    {
        var line = Busy(2);
        line.Open("c0", Opening);
        line.End("busy0", Opening.AddMinutes(5));
        // Of the other nobody heard for so long that its service was forgotten.
        var at = Opening.AddHours(2);
        var promise = line.PromiseNewcomer("k", 0, at);
        Assert.Equal(0, promise.Middle);
        Assert.StartsWith("0 ahead, 1 counter at work", promise.Basis, StringComparison.Ordinal);
        // Two are ahead of the third, of whom one can go at once.
        line.Join("a", "k", 0, 1, at);
        line.Join("b", "k", 0, 2, at);
        Assert.Equal(600, line.PromiseNewcomer("k", 0, at).Middle);
    }

    [Fact]
    public void A_closed_counter_is_gone_at_once_also_while_it_finishes_who_it_serves()
    {
        var line = Busy(2);
        line.End("busy0", Opening.AddMinutes(5));
        line.Join("a", "k", 0, 1, Opening.AddMinutes(5));
        Assert.Equal(150, line.PromiseNewcomer("k", 0, Opening.AddMinutes(6)).Middle);
        line.Close("c0", Opening.AddMinutes(6));
        line.Close("c1", Opening.AddMinutes(6));
        Assert.Equal(600, line.PromiseNewcomer("k", 0, Opening.AddMinutes(6)).Middle);
        line.End("busy1", Opening.AddMinutes(6), counts: false);
        Assert.Equal(600, line.PromiseNewcomer("k", 0, Opening.AddMinutes(6)).Middle);
        line.Open("c1", Opening.AddMinutes(7));
        Assert.Equal(300, line.PromiseNewcomer("k", 0, Opening.AddMinutes(7)).Middle);
    }

    [Fact]
    public void Counters_that_are_told_of_and_others_are_counted_together()
    {
        var line = Busy(2);
        line.Open("told", Opening);
        line.Open("closed", Opening);
        line.Close("closed", Opening.AddMinutes(1));
        // Never opened and never seen: there is nothing to close.
        line.Close("unseen", Opening);
        Assert.StartsWith("0 ahead, 3 counters", line.PromiseNewcomer("k", 0, Opening.AddMinutes(2)).Basis, StringComparison.Ordinal);
        line.End("busy0", Opening.AddMinutes(5));
        line.End("busy1", Opening.AddMinutes(5));
        Assert.StartsWith("0 ahead, 3 counters", line.PromiseNewcomer("k", 0, Opening.AddMinutes(30)).Basis, StringComparison.Ordinal);
        // Of those that are inferred nobody has heard for half an hour.
        Assert.StartsWith("0 ahead, 1 counter", line.PromiseNewcomer("k", 0, Opening.AddMinutes(40)).Basis, StringComparison.Ordinal);
        // Who serves at a closed counter shows that it is not closed, until somebody tells again.
        line.Occupy("x", "closed", "k", Opening.AddMinutes(41));
        Assert.StartsWith("0 ahead, 2 counters", line.PromiseNewcomer("k", 0, Opening.AddMinutes(42)).Basis, StringComparison.Ordinal);
        line.Close("closed", Opening.AddMinutes(43));
        line.Rename("told", "renamed");
        line.Open("renamed", Opening.AddMinutes(43));
        Assert.StartsWith("0 ahead, 1 counter", line.PromiseNewcomer("k", 0, Opening.AddMinutes(43)).Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_stands_further_in_front_is_promised_less()
    {
        var line = Busy(1);
        for (var i = 0; i < 10; i++)
            line.Join(Name("n", i), "k", 0, i, Opening);
        line.Join("urgent", "k", 5, -1, Opening);
        Assert.Equal(0, line.Ahead("urgent"));
        Assert.Equal(10, line.Ahead("n9"));
        Assert.True(line.PromiseTo("urgent", Opening)!.Middle < line.PromiseTo("n9", Opening)!.Middle);
        line.Move("n9", 9, -2);
        Assert.Equal(0, line.Ahead("n9"));
        Assert.Equal(1, line.Ahead("urgent"));
    }

    [Fact]
    public void More_counters_at_work_halve_the_promise()
    {
        var before = Busy(2);
        var after = Busy(4);
        foreach (var line in new[] { before, after })
            for (var i = 0; i < 20; i++)
                line.Join(Name("n", i), "k", 0, i, Opening);
        Assert.InRange(after.PromiseTo("n19", Opening)!.Middle / (double)before.PromiseTo("n19", Opening)!.Middle, 0.45, 0.55);
    }

    [Fact]
    public void Who_is_put_back_or_gives_up_leaves_no_trace_in_the_line()
    {
        var line = Busy(1);
        line.Join("a", "k", 0, 1, Opening);
        line.Join("b", "k", 0, 2, Opening);
        line.Leave("a", Opening.AddMinutes(1));
        Assert.Null(line.Ahead("a"));
        Assert.Equal(0, line.Ahead("b"));
        Assert.Null(line.PromiseTo("a", Opening.AddMinutes(1)));
        line.Leave("a", Opening.AddMinutes(2));
        line.Call("a", "1", Opening.AddMinutes(2));
        Assert.Equal(1, line.Waiting);
    }

    [Fact]
    public void Promises_about_a_deterministic_line_come_true()
    {
        // One counter, every service two minutes, someone every two minutes, and always five in line: everyone waits ten minutes.
        var line = new LineModel(300);
        var end = Opening;
        for (var i = 0; i < 400; i++)
        {
            var at = Opening.AddMinutes(2 * i);
            if (i > 0)
                line.End(Name("n", i - 6), at);
            if (i >= 5)
                line.Call(Name("n", i - 5), "1", at);
            line.Join(Name("n", i), "k", 0, i, at);
            var promise = line.PromiseTo(Name("n", i), at)!;
            if (line.LearningDue)
                line.Learn();
            if (i < 300)
                continue;
            Assert.InRange(promise.Middle, 585, 615);
            Assert.InRange(600, promise.Low, promise.High);
            end = at;
        }

        Assert.True(end > Opening);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void In_a_stationary_many_server_line_the_promises_are_as_good_as_the_known_answer(int servers)
    {
        // M/M/c: who finds n ahead and all counters busy waits for n+1 departures at rate c/s, so (n+1) × s ÷ c on average.
        var (ours, known, bias, waited, held, count) = (0.0, 0.0, 0.0, 0.0, 0, 0);
        Exponential(servers, 6000, (i, promise, wait) =>
        {
            if (i < 3000)
                return;
            var answer = (promise.Ahead + 1) * 120.0 / servers;
            ours += Math.Abs(promise.Middle - wait);
            known += Math.Abs(answer - wait);
            bias += promise.Middle - wait;
            waited += wait;
            count++;
            if (wait >= promise.Low && wait <= promise.High)
                held++;
        });
        Assert.True(count > 500);
        Assert.InRange(ours / known, 0.8, 1.08);
        Assert.InRange(bias / waited, -0.1, 0.1);
        Assert.InRange(held / (double)count, 0.75, 0.85);
    }

    [Fact]
    public void No_promise_is_negative_or_upside_down_or_to_the_second()
    {
        Exponential(2, 1500, (_, promise, _) =>
        {
            Assert.InRange(promise.Low, 0, promise.Middle);
            Assert.InRange(promise.Middle, promise.Low, promise.High);
            Assert.Equal((0, 0, 0), (promise.Low % 5, promise.Middle % 5, promise.High % 5));
        });
    }

    [Fact]
    public void After_half_the_counters_close_the_promises_follow()
    {
        // From person 1500 on two of four counters are gone, and a fit that knew only four must not go on as before.
        var errors = new List<double>();
        Exponential(
            4,
            2400,
            (i, promise, wait) =>
            {
                if (i >= 1700)
                    errors.Add(promise.Middle - wait);
            },
            closeAfter: 1500,
            load: 0.45
        );
        Assert.True(errors.Count > 100);
        errors.Sort();
        Assert.InRange(errors[errors.Count / 2], -120, 120);
    }

    [Fact]
    public void A_counter_that_just_ended_a_service_is_awaited_sooner_than_one_long_gone()
    {
        // Between two services the one counter takes five seconds, or now and then a break of some minutes.
        var random = new Random(1);
        var line = new LineModel(60);
        var at = Opening;
        line.Join("n0", "k", 0, 0, at);
        for (var i = 0; i < 500; i++)
        {
            var pause = random.Next(10) < 7 ? 5 : 200 + random.Next(400);
            for (var gone = 2; gone < pause; gone += 10)
                line.Sample(at.AddSeconds(gone));
            at = at.AddSeconds(pause);
            line.Call(Name("n", i), "1", at);
            line.Join(Name("n", i + 1), "k", 0, i + 1, at.AddSeconds(10));
            at = at.AddSeconds(60);
            line.End(Name("n", i), at);
            if (line.LearningDue)
                line.Learn();
        }

        var justEnded = line.PromiseTo("n500", at.AddSeconds(2))!;
        var longGone = line.PromiseTo("n500", at.AddSeconds(102))!;
        Assert.True(justEnded.Low <= 10, justEnded.ToString());
        Assert.True(longGone.Middle > 2 * justEnded.Middle, $"{justEnded} {longGone}");
        Assert.True(longGone.Low >= 60, longGone.ToString());
    }

    [Fact]
    public void Ten_thousand_in_line_have_each_their_place()
    {
        var line = Busy(10);
        for (var i = 0; i < 10_000; i++)
            line.Join(Name("n", i), "k", 0, i % 2 == 1 ? i - 10_000 : i, Opening);
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(i % 2 == 1 ? i / 2 : 5000 + i / 2, line.Ahead(Name("n", i)));
        Assert.Equal(10_000, line.PromiseNewcomer("k", 0, Opening).Ahead);
    }

    private static LineModel Busy(int counters)
    {
        var line = new LineModel(300);
        for (var c = 0; c < counters; c++)
            line.Occupy(Name("busy", c), Name("c", c), "k", Opening);
        return line;
    }

    private static string Name(string prefix, int i) => prefix + i.ToString(CultureInfo.InvariantCulture);

    private static void Exponential(
        int servers,
        int people,
        Action<int, Promise, double> check,
        int closeAfter = int.MaxValue,
        double load = 0.9
    )
    {
        var random = new Random(5);
        var line = new LineModel(300);
        var free = new PriorityQueue<int, double>();
        var pending = new PriorityQueue<Action, double>();
        for (var c = 0; c < servers; c++)
            free.Enqueue(c, 0);
        double now = 0;
        for (var i = 0; i < people; i++)
        {
            now += -Math.Log(1 - random.NextDouble()) * 120 / (servers * load);
            while (pending.TryPeek(out _, out var due) && due <= now)
                pending.Dequeue()();
            if (i == closeAfter)
                for (var c = 0; c < servers / 2; c++)
                    free.Dequeue();
            free.TryDequeue(out var counter, out var freeAt);
            var call = Math.Max(now, freeAt);
            var end = call - Math.Log(1 - random.NextDouble()) * 120;
            free.Enqueue(counter, end);
            var (index, id, joined) = (i, Name("n", i), now);
            line.Join(id, "k", 0, i, At(now));
            var promise = call > now + 1 ? line.PromiseTo(id, At(now)) : null;
            pending.Enqueue(
                () =>
                {
                    line.Call(id, Name("c", counter), At(call));
                    if (promise is not null)
                        check(index, promise, call - joined);
                    line.Sample(At(call));
                    if (line.LearningDue)
                        line.Learn();
                },
                call
            );
            pending.Enqueue(() => line.End(id, At(end)), end);
        }

        DateTimeOffset At(double seconds) => Opening.AddSeconds(seconds);
    }
}
