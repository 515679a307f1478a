using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>What every store promises; see <see cref="ITicketStore"/>.</summary>
public abstract class TicketStoreContract : IAsyncLifetime
{
    private static readonly DateOnly Monday = new(2026, 3, 2);
    private readonly QueueDefinition queue = Some.Queue();

    private protected abstract ITicketStore Store { get; }

    private protected abstract ILineTurns Turns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Numbers_are_given_in_order_without_gap()
    {
        for (var n = 1; n <= 5; n++)
            Assert.Equal(n, (await TakeAsync()).Number);
    }

    [Fact]
    public async Task Of_400_takers_exactly_as_many_as_there_are_places_get_a_number_and_20_counters_call_each_once()
    {
        var full = Some.Queue(capacity: 150);
        var refused = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 400),
            new ParallelOptions { MaxDegreeOfParallelism = 100, CancellationToken = Token },
            async (_, _) =>
            {
                try
                {
                    await TakeAsync(in_: full);
                }
                catch (RefusedException e) when (e.Code == ErrorCodes.QueueFull)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        );
        Assert.Equal(250, refused);
        var issued = await Store.OpenAsync(full.Id, Token);
        Assert.Equal(Enumerable.Range(1, 150), issued.Select(t => t.Number).Order());

        var called = new ConcurrentQueue<Ticket>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, 20),
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Token },
            async (counter, _) =>
            {
                while (
                    await Store.CallFirstAsync(full.Id, first => (first.Call(Some.Desk($"{counter}"), Some.Noon, "op"), null), Token)
                        is { } next
                )
                {
                    called.Enqueue(next);
                    Assert.True(await Store.SaveAsync(next.Serve(Some.Noon, "op"), next.Version, full, null, Token));
                }
            }
        );
        Assert.Equal(Enumerable.Range(1, 150), called.Select(t => t.Number).Order());
        Assert.Empty(await Store.OpenAsync(full.Id, Token));
        Assert.Equal(151, (await TakeAsync(in_: full)).Number);
    }

    [Fact]
    public async Task Equal_priorities_are_called_in_the_order_they_came_and_higher_ones_first()
    {
        var first = await TakeAsync();
        var second = await TakeAsync();
        var urgent = await TakeAsync(priority: 5);
        Assert.Equal([urgent.Id, first.Id, second.Id], (await Store.OpenAsync(queue.Id, Token)).Select(t => t.Id));
        Assert.Equal(2, await Store.CountAheadAsync(second, Some.Noon, Token));
        Assert.Equal(0, await Store.CountAheadAsync(urgent, Some.Noon, Token));
        Assert.Equal(
            [urgent.Id, first.Id, second.Id, null],
            [await CallAsync("1"), await CallAsync("2"), await CallAsync("3"), await CallAsync("4")]
        );

        async Task<string?> CallAsync(string counter) =>
            (await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk(counter), Some.Noon, "op"), null), Token))?.Id;
    }

    [Fact]
    public async Task Who_arrived_for_a_time_is_called_before_walk_ins_so_many_in_a_row_and_before_that_time_after_all()
    {
        var aheads = new Dictionary<string, int>();
        var early = await ArriveAsync("early", 10);
        var first = await TakeAsync();
        var booked = await ArriveAsync("booked", 0);
        var late = await ArriveAsync("late", -10);
        var second = await TakeAsync();
        var latest = await ArriveAsync("latest", 0);
        var third = await TakeAsync();
        Assert.Equal(
            [("early", 0), ("booked", 0), ("late", 0), ("latest", 3)],
            ((string[])["early", "booked", "late", "latest"]).Select(id => (id, aheads[id]))
        );
        Ticket[] order = [late, booked, first, latest, second, third, early];
        Assert.Equal(Enumerable.Range(0, order.Length), await AheadAsync(order));
        Assert.Equal(
            [.. ((Ticket[])[late, booked, latest, early, first, second, third]).Select(t => t.Id)],
            (await Store.OpenAsync(queue.Id, Token)).Select(t => t.Id)
        );
        Assert.Equal(
            [late.Id, booked.Id, latest.Id, early.Id, first.Id],
            (await Store.LineAsync(queue.Id, after: null, 5, Token)).Select(t => t.Id)
        );
        Assert.Equal(
            [early.Id, first.Id, second.Id],
            (await Store.LineAsync(queue.Id, LinePosition.Of(latest), 3, Token)).Select(t => t.Id)
        );
        var orders = await Store.OrdersAsync(queue.Id, first.Id, Token);
        Assert.Equal([second.Order, third.Order], orders.WalkIns);
        Assert.Equal(["late", "booked", "latest", "early"], orders.Booked.Places.Select(p => p.TicketId));
        for (var called = 0; called < order.Length; called++)
        {
            var next = await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk($"{called}"), Some.Noon, "op"), null), Token);
            Assert.Equal(order[called].Id, next?.Id);
            Assert.Equal(Enumerable.Range(0, order.Length - called - 1), await AheadAsync(order[(called + 1)..]));
        }

        async Task<IReadOnlyList<int>> AheadAsync(IEnumerable<Ticket> tickets)
        {
            var ahead = new List<int>();
            foreach (var ticket in tickets)
                ahead.Add(await Store.CountAheadAsync(ticket, Some.Noon, Token));
            return ahead;
        }

        Task<Ticket> ArriveAsync(string id, int minutes) => this.ArriveAsync(id, minutes, inARow: 2, placed: p => aheads[id] = p.Ahead);
    }

    [Fact]
    public async Task Who_arrives_when_as_many_were_called_in_a_row_as_may_be_stands_behind_one_walk_in()
    {
        await ArriveAsync("booked", 0, inARow: 1);
        await TakeAsync();
        await TakeAsync();
        var called = await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), Token);
        Assert.Equal("booked", called?.Id);

        var ahead = -1;
        var next = await ArriveAsync("next", 0, inARow: 1, placed: p => ahead = p.Ahead);

        Assert.Equal(1, ahead);
        Assert.Equal(1, await Store.CountAheadAsync(next, Some.Noon, Token));
    }

    [Fact]
    public async Task Who_is_due_is_called_before_one_whose_priority_stands_first_and_whose_time_has_not_come()
    {
        await ArriveAsync("early", 10, priority: 5);
        await ArriveAsync("due", 0);
        await TakeAsync();
        Assert.Equal(["early", "due"], (await Store.BookedAsync(queue.Id, Token)).Places.Select(p => p.TicketId));

        var next = await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), Token);

        Assert.Equal("due", next?.Id);
    }

    [Fact]
    public async Task Tickets_are_listed_latest_first_with_one_more_than_the_page()
    {
        var ids = new List<string>();
        for (var n = 0; n < 4; n++)
            ids.Add((await TakeAsync()).Id);
        // An id says when it was made, but not which of two within a millisecond was first.
        var taken = ids.OrderDescending(StringComparer.Ordinal).ToList();
        var all = new TicketFilter(null, null, null, null, null);

        Assert.Equal(taken[..3], (await Store.ListAsync(all, PageRequest.First(2), Token)).Select(t => t.Id));
        Assert.Equal(taken[2..], (await Store.ListAsync(all, PageRequest.First(2).Behind(taken[1]), Token)).Select(t => t.Id));
    }

    [Fact]
    public async Task Who_is_chosen_out_of_turn_counts_among_those_called_in_a_row()
    {
        var walkIn = await TakeAsync();
        var chosen = await ArriveAsync("chosen", 0);
        var second = await ArriveAsync("second", 0);
        await SaveAsync(chosen.Call(Some.Desk("1"), Some.Noon, "op"));
        Assert.Equal(1, (await Store.BookedAsync(queue.Id, Token)).InARow);
        Assert.Equal(1, await Store.CountAheadAsync(second, Some.Noon, Token));
        var next = await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("2"), Some.Noon, "op"), null), Token);
        Assert.Equal(walkIn.Id, next?.Id);
        Assert.Equal(0, (await Store.BookedAsync(queue.Id, Token)).InARow);
    }

    [Fact]
    public async Task A_full_line_has_a_place_for_who_arrives_and_has_it_once()
    {
        var full = Some.Queue(capacity: 1);
        await TakeAsync(full);
        await ArriveAsync("a", 0, in_: full);
        await Assert.ThrowsAsync<RefusedException>(() => ArriveAsync("a", 0, in_: full));
        Assert.Equal(ErrorCodes.QueueFull, await RefusalAsync(() => TakeAsync(full)));
        var open = await Store.OpenAsync(full.Id, Token);
        Assert.Equal(2, open.Count);
        foreach (var ticket in open)
            await LeaveAsync(ticket);
        await TakeAsync(full);
    }

    [Fact]
    public async Task Of_many_desks_at_once_each_calls_another_whoever_has_an_appointment()
    {
        for (var n = 0; n < 20; n++)
        {
            await TakeAsync();
            await ArriveAsync($"a{n}", n % 2 == 0 ? -n : n);
        }

        var called = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, 10),
            new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = Token },
            async (desk, _) =>
            {
                while (await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk($"{desk}"), Some.Noon, "op"), null), Token) is { } next)
                {
                    called.Add(next.Id);
                    Assert.True(await Store.SaveAsync(next.Serve(Some.Noon, "op"), next.Version, queue: null, null, Token));
                }
            }
        );
        Assert.Equal(40, called.Distinct().Count());
        Assert.Equal(40, called.Count);
    }

    [Fact]
    public async Task A_busy_counter_calls_nobody()
    {
        await TakeAsync();
        await TakeAsync();
        var held = await Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), Token);
        await Assert.ThrowsAsync<RefusedException>(() =>
            Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), Token)
        );
        Assert.Equal(
            [(held!.Id, TicketStatus.Called)],
            (await Store.OpenAsync(queue.Id, Token)).Where(t => t.Counter is not null).Select(t => (t.Id, t.Status))
        );
    }

    [Fact]
    public async Task Numbers_begin_again_on_a_new_service_day()
    {
        await LeaveAsync(await TakeAsync());
        await LeaveAsync(await TakeAsync());
        var tuesday = await TakeAsync(day: Monday.AddDays(1));
        Assert.Equal((1, Monday.AddDays(1)), (tuesday.Number, tuesday.ServiceDay));
    }

    // A request that was decided just before midnight, a time zone that was corrected, a clock that was days ahead.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(-1)]
    public async Task When_the_day_moves_and_comes_back_no_number_of_it_is_issued_again(int days)
    {
        Assert.Equal("1 2", await NextAsync(queue, 0, 2));
        Assert.Equal("1 2 3", await NextAsync(queue, days, 3));
        Assert.Equal("3 4", await NextAsync(queue, 0, 2));
        Assert.Equal("4", await NextAsync(queue, days));
        Assert.Equal("5", await NextAsync(queue, 0));
        Assert.Equal("5", await NextAsync(queue, days));
        Assert.Equal(Monday.AddDays(days), (await TakeAsync(day: Monday.AddDays(days))).ServiceDay);
    }

    [Fact]
    public async Task The_day_of_one_queue_moves_no_other()
    {
        var other = Some.Queue("other");
        Assert.Equal("1 2 3", await NextAsync(other, 1, 3));
        Assert.Equal("1", await NextAsync(queue, 0));
        // Back and forth, so that it comes to the day with numbers behind it.
        Assert.Equal("1", await NextAsync(other, 0));
        Assert.Equal("4", await NextAsync(other, 1));
        Assert.Equal("1", await NextAsync(queue, 1));
    }

    [Fact]
    public async Task Numbers_of_a_queue_that_never_resets_go_on()
    {
        var never = Some.Queue(with: q => q with { NumberReset = NumberReset.Never });
        Assert.Equal(1, (await TakeAsync(in_: never)).Number);
        Assert.Equal(2, (await TakeAsync(in_: never, day: Monday.AddDays(1))).Number);
    }

    [Fact]
    public async Task Numbers_that_begin_again_from_now_on_begin_on_the_next_day()
    {
        var never = Some.Queue(with: q => q with { NumberReset = NumberReset.Never });
        Assert.Equal("1 2", await NextAsync(never, 0, 2));
        Assert.Equal("3 4", await NextAsync(never, 1, 2));
        Assert.Equal("5 6", await NextAsync(queue, 1, 2));
        Assert.Equal("1 2", await NextAsync(queue, 2, 2));
        Assert.Equal("3", await NextAsync(never, 2));
        Assert.Equal("4", await NextAsync(never, 3));
    }

    [Fact]
    public async Task Numbers_that_no_longer_begin_again_pass_over_days_that_a_clock_was_ahead()
    {
        var never = Some.Queue(with: q => q with { NumberReset = NumberReset.Never });
        Assert.Equal("1 2 3 4 5", await NextAsync(queue, 4, 5));
        Assert.Equal("1", await NextAsync(queue, 0));
        Assert.Equal("2", await NextAsync(never, 0));
        Assert.Equal("3", await NextAsync(never, 3));
        Assert.Equal("6", await NextAsync(never, 4));
        Assert.Equal("7", await NextAsync(never, 5));
    }

    [Fact]
    public async Task A_number_that_somebody_still_has_from_the_day_before_is_passed_over()
    {
        var monday = new List<Ticket>();
        for (var i = 0; i < 6; i++)
            monday.Add(await TakeAsync());
        foreach (var left in (int[])[0, 3])
            await LeaveAsync(monday[left]);
        foreach (var free in (int[])[1, 4, 7])
            Assert.Equal(free, (await TakeAsync(day: Monday.AddDays(1))).Number);
    }

    [Fact]
    public async Task A_number_that_was_still_out_in_the_morning_is_given_once_it_is_back()
    {
        await LeaveAsync(await TakeAsync());
        var second = await TakeAsync();
        Assert.Equal("1", await NextAsync(queue, 1));
        await LeaveAsync(second);
        Assert.Equal("2 3", await NextAsync(queue, 1, 2));
    }

    [Fact]
    public async Task The_number_of_one_who_missed_it_and_comes_back_the_day_after_is_passed_over()
    {
        await LeaveAsync(await TakeAsync());
        var called = await SaveAsync((await TakeAsync()).Call(Some.Desk("1"), Some.Noon, "op"));
        var missed = await SaveAsync(called.MarkNoShow(null, Some.Noon, "op"));
        Assert.Equal("1", await NextAsync(queue, 1));
        await SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"));
        Assert.Equal("3", await NextAsync(queue, 1));
    }

    [Fact]
    public async Task Many_who_take_numbers_about_midnight_all_get_one_that_nobody_else_has()
    {
        var roomy = Some.Queue("midnight", capacity: 500);
        var issued = new ConcurrentBag<(int, DateOnly)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 120),
            new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Token },
            async (i, _) =>
            {
                var taken = await TakeAsync(in_: roomy, day: Monday.AddDays(i % 3 == 0 ? 1 : 0));
                issued.Add((taken.Number, taken.ServiceDay));
            }
        );
        Assert.Equal(120, issued.Distinct().Count());
        Assert.Equal(120, issued.Select(t => t.Item1).Distinct().Count());
    }

    [Fact]
    public async Task An_account_has_one_open_ticket_in_a_queue_also_when_it_asks_many_times_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => OutcomeAsync(() => TakeAsync(userId: "u1"))));
        Assert.Equal(1, outcomes.Count(o => o == "taken"));
        Assert.Equal(29, outcomes.Count(o => o == ErrorCodes.AlreadyInQueue));
        Assert.Equal(2, (await TakeAsync(userId: "u2")).Number);
        var own = (await Store.OpenAsync(queue.Id, Token)).Single(t => t.UserId == "u1");
        await SaveAsync(own.Cancel(null, Some.Noon, "u1"));
        Assert.Equal(3, (await TakeAsync(userId: "u1")).Number);
    }

    [Fact]
    public async Task Of_many_guests_of_one_network_at_once_as_many_get_a_place_as_it_may_hold()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(_ => OutcomeAsync(() => TakeAsync(request: r => r with { Network = "203.0.113.7", PlacesPerNetwork = 5 })))
        );
        Assert.Equal((5, 25), (outcomes.Count(o => o == "taken"), outcomes.Count(o => o == ErrorCodes.RateLimited)));
        await TakeAsync(request: r => r with { Network = "203.0.113.8", PlacesPerNetwork = 5 });
        await TakeAsync(request: r => r with { Network = "203.0.113.7" });
        await TakeAsync(in_: Some.Queue("q2"), request: r => r with { Network = "203.0.113.7", PlacesPerNetwork = 5 });
        await TakeAsync();
        foreach (var ticket in (await Store.OpenAsync(queue.Id, Token)).Take(2))
            await SaveAsync(ticket.Cancel(null, Some.Noon, null));
        await TakeAsync(request: r => r with { Network = "203.0.113.7", PlacesPerNetwork = 5 });
        Assert.Equal(
            ErrorCodes.RateLimited,
            await RefusalAsync(() => TakeAsync(request: r => r with { Network = "203.0.113.7", PlacesPerNetwork = 5 }))
        );
    }

    [Fact]
    public async Task A_phone_number_has_one_open_ticket_in_a_queue_also_when_it_asks_many_times_at_once()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(_ => OutcomeAsync(() => TakeAsync(request: r => r with { Phone = "+34600123456" })))
        );
        Assert.Equal((1, 29), (outcomes.Count(o => o == "taken"), outcomes.Count(o => o == ErrorCodes.AlreadyInQueue)));
        await TakeAsync(request: r => r with { Phone = "+34600123457" });
        await TakeAsync(in_: Some.Queue("q2"), request: r => r with { Phone = "+34600123456" });
        var own = (await Store.OpenAsync(queue.Id, Token))[0];
        var called = await SaveAsync(own.Call(Some.Desk("1"), Some.Noon, "op"));
        Assert.Equal(ErrorCodes.AlreadyInQueue, await RefusalAsync(() => TakeAsync(request: r => r with { Phone = "+34600123456" })));
        var missed = await SaveAsync(called.MarkNoShow(null, Some.Noon, "op"));
        await TakeAsync(request: r => r with { Phone = "+34600123456" });
        // Staff who bring one back see whom they bring back.
        await SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"));
        Assert.Equal(ErrorCodes.AlreadyInQueue, await RefusalAsync(() => TakeAsync(request: r => r with { Phone = "+34600123456" })));
    }

    [Fact]
    public async Task A_counter_holds_one_ticket_also_when_two_are_called_at_once()
    {
        var a = await TakeAsync();
        var b = await TakeAsync();
        var outcomes = await Task.WhenAll(
            new[] { a, b }.Select(async t =>
            {
                try
                {
                    return await Store.SaveAsync(t.Call(Some.Desk("1"), Some.Noon, "op"), t.Version, queue, null, Token)
                        ? "called"
                        : "lost";
                }
                catch (RefusedException e)
                {
                    return e.Code;
                }
            })
        );
        Assert.Equal(["called", ErrorCodes.CounterBusy], outcomes.Order(StringComparer.Ordinal).Reverse());
        var held = (await Store.HeldByAsync(Some.Desk("1").Id, Token))!;
        await SaveAsync(held.Serve(Some.Noon, "op"));
        Assert.Null(await Store.HeldByAsync(Some.Desk("1").Id, Token));
    }

    [Fact]
    public async Task A_counter_holds_one_ticket_of_all_queues_together()
    {
        var here = await TakeAsync();
        var there = await TakeAsync(in_: Some.Queue("q2"));
        var held = await SaveAsync(here.Call(Some.Desk("1"), Some.Noon, "op"));
        Assert.Equal(ErrorCodes.CounterBusy, await RefusalAsync(() => SaveAsync(there.Call(Some.Desk("1"), Some.Noon, "op"))));
        Assert.Equal(held.Id, (await Store.HeldByAsync(Some.Desk("1").Id, Token))!.Id);
        await SaveAsync(there.Call(Some.Desk("2"), Some.Noon, "op"));
        Assert.Equal(
            new Dictionary<string, string> { ["desk-1"] = here.Id, ["desk-2"] = there.Id },
            await Store.HeldByAsync(["desk-1", "desk-2", "desk-3"], Token)
        );
        await SaveAsync(held.Park(null, Some.Noon, "op"));
        Assert.Null(await Store.HeldByAsync(Some.Desk("1").Id, Token));
    }

    [Fact]
    public async Task Of_several_lines_the_one_is_called_whom_the_rule_takes_and_nobody_twice()
    {
        var queues = Enumerable.Range(1, 10).Select(n => $"q{n}").ToList();
        for (var i = 0; i < 100; i++)
            await TakeAsync(in_: Some.Queue(queues[i % 10]));
        var called = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, 20),
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Token },
            async (desk, _) =>
            {
                while (
                    await Store.CallFirstAsync(
                        queues,
                        Some.Noon,
                        heads => heads[desk % heads.Count].Next(Some.Noon),
                        t => (t.Call(Some.Desk($"{desk}"), Some.Noon, "op"), null),
                        Token
                    )
                        is { } next
                )
                {
                    called.Enqueue(next.Id);
                    Assert.True(await Store.SaveAsync(next.Serve(Some.Noon, "op"), next.Version, queue: null, null, Token));
                }
            }
        );
        Assert.Equal(100, called.Count);
        Assert.Equal(100, called.Distinct().Count());
    }

    [Fact]
    public async Task Of_many_who_change_the_same_version_one_wins_and_its_event_alone_is_kept()
    {
        var ticket = await TakeAsync();
        await PublishAllAsync();
        var won = await Task.WhenAll(
            Enumerable
                .Range(1, 20)
                .Select(n => Store.SaveAsync(ticket.Call(Some.Desk($"{n}"), Some.Noon, "op"), ticket.Version, queue, null, Token))
        );
        Assert.Equal(1, won.Count(w => w));
        var entry = Assert.Single(await Outbox.ClaimAsync(100, [], Token));
        Assert.Equal(nameof(TicketCalled), entry.EventType);
        Assert.Equal((await Store.FindAsync(ticket.Id, Token))!.Counter, ((TicketCalled)entry.Event()).Counter);
    }

    [Fact]
    public async Task A_change_of_a_ticket_that_does_not_exist_creates_nothing()
    {
        Assert.False(await Store.SaveAsync(Some.Waiting().Call(Some.Desk("1"), Some.Noon, "op"), 1, queue, null, Token));
        Assert.Empty(await Store.OpenAsync(queue.Id, Token));
        Assert.Empty(await Outbox.ClaimAsync(100, [], Token));
    }

    [Fact]
    public async Task Closing_a_ticket_gives_its_place_back_and_reopening_takes_one_again()
    {
        var small = Some.Queue(capacity: 1);
        var ticket = await TakeAsync(in_: small);
        Assert.Equal(ErrorCodes.QueueFull, await RefusalAsync(() => TakeAsync(in_: small)));
        var missed = await SaveAsync((await SaveAsync(ticket.Call(Some.Desk("1"), Some.Noon, "op"))).MarkNoShow(null, Some.Noon, "op"));
        await TakeAsync(in_: small);
        Assert.Equal(
            ErrorCodes.QueueFull,
            await RefusalAsync(() => SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"), capacity: 1))
        );
        Assert.Equal(TicketStatus.NoShow, (await Store.FindAsync(ticket.Id, Token))!.Status);
        await SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"), capacity: 2);
        Assert.Equal(2, (await Store.OpenAsync(queue.Id, Token)).Count);
    }

    [Fact]
    public async Task A_missed_ticket_cannot_rejoin_beside_a_new_one_of_the_same_account()
    {
        var missed = await SaveAsync(
            (await SaveAsync((await TakeAsync(userId: "u1")).Call(Some.Desk("1"), Some.Noon, "op"))).MarkNoShow(null, Some.Noon, "op")
        );
        await TakeAsync(userId: "u1");
        Assert.Equal(
            ErrorCodes.AlreadyInQueue,
            await RefusalAsync(() => SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op")))
        );
    }

    [Fact]
    public async Task A_transfer_closes_one_ticket_and_opens_the_other_or_does_neither()
    {
        var other = Some.Queue("q2", capacity: 1);
        var ticket = await TakeAsync();
        Assert.True(await TransferAsync(ticket, other));
        var closed = (await Store.FindAsync(ticket.Id, Token))!;
        var successor = Assert.Single(await Store.OpenAsync("q2", Token));
        Assert.Equal((TicketStatus.Transferred, successor.Id), (closed.Status, closed.TransferredTo));
        Assert.Equal(ticket.Id, successor.TransferredFrom);
        Assert.Empty(await Store.OpenAsync(queue.Id, Token));

        var second = await TakeAsync();
        Assert.Equal(ErrorCodes.QueueFull, await RefusalAsync(() => TransferAsync(second, other)));
        Assert.Equal(TicketStatus.Waiting, (await Store.FindAsync(second.Id, Token))!.Status);
        Assert.False(await TransferAsync(second with { Version = 7 }, Some.Queue("q3")));
        Assert.Empty(await Store.OpenAsync("q3", Token));
        Assert.Equal(1, (await TakeAsync(in_: Some.Queue("q3"))).Number);
    }

    [Fact]
    public async Task An_answer_is_kept_with_its_ticket_and_a_second_one_under_its_key_changes_nothing()
    {
        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Noon);
        await TakeAsync(answer: answer);
        Assert.Equal(answer.Sealed, (await Store.FindAnswerAsync("key", Token))!.Sealed);
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => TakeAsync(answer: answer));
        Assert.Single(await Store.OpenAsync(queue.Id, Token));
        Assert.Equal(2, (await TakeAsync()).Number);
    }

    [Fact]
    public async Task A_change_keeps_its_answer_and_under_the_same_key_nothing_changes_again()
    {
        var answer = Answer("key");
        var deferred = await SaveAsync((await TakeAsync()).Defer(1, 7, Some.Noon, null), answer: answer);
        Assert.Equal(answer.Sealed, (await Store.FindAnswerAsync("key", Token))!.Sealed);
        var other = await TakeAsync();
        await PublishAllAsync();
        await RepeatedAsync(() => SaveAsync(deferred.Defer(1, 8, Some.Noon, null), answer: answer));
        await RepeatedAsync(() => SaveAsync(other.Call(Some.Desk("1"), Some.Noon, "op"), answer: answer));
        await RepeatedAsync(() => Store.CallFirstAsync(queue.Id, t => (t.Call(Some.Desk("1"), Some.Noon, "op"), answer), Token));
        Assert.All(await Store.OpenAsync(queue.Id, Token), t => Assert.Equal(TicketStatus.Waiting, t.Status));
        Assert.Equal(deferred.Version, (await Store.FindAsync(deferred.Id, Token))!.Version);
        Assert.Empty(await Outbox.ClaimAsync(100, [], Token));
    }

    [Fact]
    public async Task A_transfer_keeps_its_answer_and_happens_once_under_its_key()
    {
        var answer = Answer("key");
        Assert.True(await TransferAsync(await TakeAsync(), Some.Queue("q2"), answer));
        Assert.NotNull(await Store.FindAnswerAsync("key", Token));
        var other = await TakeAsync();
        await RepeatedAsync(() => TransferAsync(other, Some.Queue("q2"), answer));
        Assert.Single(await Store.OpenAsync("q2", Token));
        Assert.Equal([other.Id], (await Store.OpenAsync(queue.Id, Token)).Select(t => t.Id));
    }

    [Fact]
    public async Task An_answer_to_what_changed_nothing_is_kept_once_and_is_no_ticket()
    {
        await Store.KeepAnswerAsync(Branches.Main, Answer("key"), Token);
        Assert.NotNull(await Store.FindAnswerAsync("key", Token));
        await RepeatedAsync(() => Store.KeepAnswerAsync(Branches.Main, Answer("key"), Token));
        var ticket = await TakeAsync();
        await RepeatedAsync(() => SaveAsync(ticket.Call(Some.Desk("1"), Some.Noon, "op"), answer: Answer("key")));
        Assert.Equal([ticket.Id], await ListAsync(new TicketFilter(null, null, null, null, null)));
    }

    [Fact]
    public async Task A_repeat_that_would_open_a_ticket_again_leaves_no_place_taken()
    {
        var small = Some.Queue(capacity: 1);
        var missed = await SaveAsync(
            (await SaveAsync((await TakeAsync(in_: small)).Call(Some.Desk("1"), Some.Noon, "op"))).MarkNoShow(null, Some.Noon, "op")
        );
        await Store.KeepAnswerAsync(Branches.Main, Answer("key"), Token);
        await RepeatedAsync(() =>
            SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"), capacity: 1, answer: Answer("key"))
        );
        await TakeAsync(in_: small);
    }

    [Fact]
    public async Task Of_many_who_open_a_ticket_again_one_does_and_its_place_stays_taken()
    {
        var small = Some.Queue(capacity: 1);
        var missed = await SaveAsync(
            (await SaveAsync((await TakeAsync(in_: small)).Call(Some.Desk("1"), Some.Noon, "op"))).MarkNoShow(null, Some.Noon, "op")
        );
        var opened = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async _ =>
                {
                    try
                    {
                        return await Store.SaveAsync(
                            missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"),
                            missed.Version,
                            small,
                            null,
                            Token
                        );
                    }
                    catch (RefusedException)
                    {
                        return false;
                    }
                })
        );
        Assert.Equal(1, opened.Count(o => o));
        Assert.Equal(ErrorCodes.QueueFull, await RefusalAsync(() => TakeAsync(in_: small)));
    }

    [Fact]
    public async Task A_double_click_brings_one_back_with_one_place_which_is_free_again_when_it_leaves()
    {
        var small = Some.Queue(capacity: 1);
        for (var round = 0; round < 20; round++)
        {
            var called = await SaveAsync((await TakeAsync(in_: small)).Call(Some.Desk("1"), Some.Noon, "op"));
            var missed = await SaveAsync(called.MarkNoShow(null, Some.Noon, "op"));
            var back = missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op");
            var clicks = await Task.WhenAll(
                Task.Run(() => Store.SaveAsync(back, missed.Version, small, null, Token)),
                Task.Run(() => Store.SaveAsync(back, missed.Version, small, null, Token))
            );
            Assert.Single(clicks, clicked => clicked);
            Assert.Equal(ErrorCodes.QueueFull, await RefusalAsync(() => TakeAsync(in_: small)));
            await SaveAsync(back.Next.Cancel(null, Some.Noon, "op"), capacity: 1);
        }
    }

    [Fact]
    public async Task Every_change_leaves_its_event_in_order()
    {
        var ticket = await TakeAsync();
        await SaveAsync(
            (await SaveAsync((await SaveAsync(ticket.Call(Some.Desk("1"), Some.Noon, "op"))).Start(null, Some.Noon, "op"))).Serve(
                Some.Noon,
                "op"
            )
        );
        var entries = await Outbox.ClaimAsync(100, [], Token);
        Assert.Equal(
            [nameof(TicketCreated), nameof(TicketCalled), nameof(TicketServingStarted), nameof(TicketServed)],
            entries.Select(e => e.EventType)
        );
        Assert.Equal([1, 2, 3, 4], entries.Select(e => e.Event().Version));
        await Outbox.CompleteAsync(entries, keep: true, Token);
        Assert.Empty(await Outbox.ClaimAsync(100, [], Token));
        Assert.Equal(4, await Outbox.ReopenAsync(Token));
        Assert.Equal(4, (await Outbox.MeasureAsync(Token)).Pending);
    }

    [Fact]
    public async Task What_all_are_done_with_is_dropped_and_the_rest_is_there_after_a_restart()
    {
        var ticket = await TakeAsync();
        await SaveAsync((await SaveAsync(ticket.Call(Some.Desk("1"), Some.Noon, "op"))).Start(null, Some.Noon, "op"));
        await TakeAsync();
        var entries = await Outbox.ClaimAsync(100, [], Token);
        Assert.Equal(4, entries.Count);
        await Outbox.CompleteAsync(entries, keep: true, Token);

        await Outbox.ForgetAsync([.. entries.Where(e => e.EventType is nameof(TicketCreated))], Token);

        Assert.Equal(2, await Outbox.ReopenAsync(Token));
        var again = await Outbox.ClaimAsync(100, [], Token);
        Assert.Equal([nameof(TicketCalled), nameof(TicketServingStarted)], again.Select(e => e.EventType));
        await Outbox.CompleteAsync(again, keep: true, Token);
        await Outbox.ForgetAsync(again, Token);
        Assert.Equal(0, await Outbox.ReopenAsync(Token));
    }

    [Fact]
    public async Task A_line_has_its_turn_when_somebody_comes_when_it_is_due_and_when_its_queue_changes()
    {
        var now = Some.Noon;
        Assert.Null(await ClaimAsync());
        var ticket = await TakeAsync();
        var turn = (await ClaimAsync())!;
        Assert.Equal((queue.Id, DateTimeOffset.UnixEpoch), (turn.QueueId, turn.DueAt));
        // It is this process's now.
        Assert.Null(await ClaimAsync());
        await Turns.EndAsync(turn, now.AddMinutes(3), now.AddHours(5), Token);
        await TakeAsync();
        Assert.Null(await ClaimAsync());
        now = now.AddMinutes(3);
        turn = (await ClaimAsync())!;
        Assert.Equal(Some.Noon.AddHours(5), turn.DueAt);
        // While it is looked at, the definition changes.
        await Store.SavePolicyAsync(new QueuePolicy(queue.Id, 2, queue with { Version = 2 }), Token);
        await Turns.EndAsync(turn, now.AddMinutes(3), now.AddHours(5), Token);
        turn = (await ClaimAsync())!;
        Assert.Equal(DateTimeOffset.UnixEpoch, turn.DueAt);
        await Turns.EndAsync(turn, now.AddMinutes(3), now.AddHours(5), Token);
        // A clock that was ahead is set right.
        now = now.AddDays(-1);
        turn = (await ClaimAsync())!;
        await Turns.EndAsync(turn, now.AddMinutes(3), now.AddHours(5), Token);
        // Somebody is back who has been waiting for longer than those who are there.
        await SaveAsync(
            (await SaveAsync((await SaveAsync(ticket.Call(Some.Desk("1"), now, "op"))).MarkNoShow(null, now, "op"))).Requeue(
                1,
                TimeSpan.FromHours(1),
                null,
                now,
                "op"
            )
        );
        turn = (await ClaimAsync())!;
        Assert.Equal(DateTimeOffset.UnixEpoch, turn.DueAt);
        foreach (var open in await Store.OpenAsync(queue.Id, Token))
            await SaveAsync(open.Cancel(null, now, "op"));
        await Turns.EndAsync(turn, now, now, Token);
        Assert.Null(await ClaimAsync());
        // Nobody stands there, so nothing can be due, whatever becomes of the queue.
        await Store.SavePolicyAsync(new QueuePolicy(queue.Id, 3, queue with { Version = 3 }), Token);
        Assert.Null(await ClaimAsync());

        Task<LineTurn?> ClaimAsync() => Turns.ClaimAsync(now, now.AddSeconds(30), now.AddMinutes(5), Token);
    }

    [Fact]
    public async Task A_turn_of_a_process_that_died_is_anothers_and_of_many_processes_one_has_each()
    {
        for (var n = 0; n < 20; n++)
            await TakeAsync(in_: Some.Queue("q" + n, with: q => q with { Prefix = "Q" + (char)('A' + n) }));
        var claimed = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(_ => Turns.ClaimAsync(Some.Noon, Some.Noon.AddSeconds(30), Some.Noon.AddMinutes(5), Token))
        );
        Assert.Equal(20, claimed.OfType<LineTurn>().Select(t => t.QueueId).Distinct().Count());
        Assert.Equal(20, claimed.OfType<LineTurn>().Count());
        var later = Some.Noon.AddSeconds(30);
        var again = (await Turns.ClaimAsync(later, later.AddSeconds(30), later.AddMinutes(5), Token))!;
        // Who comes back too late ends nothing.
        await Turns.EndAsync(claimed.OfType<LineTurn>().Single(t => t.QueueId == again.QueueId), later, later, Token);
        Assert.NotEqual(again.QueueId, (await Turns.ClaimAsync(later, later.AddSeconds(30), later.AddMinutes(5), Token))!.QueueId);
    }

    [Fact]
    public async Task What_happens_while_events_are_published_is_published_next()
    {
        var ticket = await TakeAsync();
        var other = await TakeAsync();
        var claimed = await Outbox.ClaimAsync(100, [], Token);
        await SaveAsync(ticket.Call(Some.Desk("1"), Some.Noon.AddSeconds(5), "op"));
        await Outbox.CompleteAsync(claimed, keep: false, Token);
        Assert.Equal(1, (await Outbox.MeasureAsync(Token)).Pending);
        var next = Assert.Single(await Outbox.ClaimAsync(100, [], Token));
        Assert.Equal((ticket.Id, nameof(TicketCalled)), (next.AggregateId, next.EventType));
        // A relay that was slow says once more what another has said.
        await Outbox.CompleteAsync(claimed, keep: false, Token);
        Assert.Equal(1, (await Outbox.MeasureAsync(Token)).Pending);
        await Outbox.CompleteAsync([next], keep: false, Token);
        Assert.Equal(new OutboxDepth(0, null), await Outbox.MeasureAsync(Token));
        await SaveAsync(other.Call(Some.Desk("2"), Some.Noon.AddMinutes(1), "op"));
        Assert.Equal(new OutboxDepth(1, Some.Noon.AddMinutes(1)), await Outbox.MeasureAsync(Token));
    }

    [Fact]
    public async Task Tickets_are_listed_newest_first_by_queue_status_account_and_time()
    {
        var a = await TakeAsync(userId: "u1");
        var b = await TakeAsync(at: Some.Noon.AddHours(1));
        await TakeAsync(in_: Some.Queue("q2"), userId: "u1");
        await SaveAsync(a.Cancel(null, Some.Noon, "u1"));
        Assert.Equal([b.Id, a.Id], await ListAsync(new TicketFilter("q1", null, null, null, null)));
        Assert.Equal([a.Id], await ListAsync(new TicketFilter("q1", TicketStatus.Cancelled, null, null, null)));
        Assert.Equal(2, (await ListAsync(new TicketFilter(null, null, "u1", null, null))).Count);
        Assert.Equal([b.Id], await ListAsync(new TicketFilter("q1", null, null, Some.Noon.AddMinutes(30), Some.Noon.AddHours(2))));
    }

    [Fact]
    public async Task Erasing_a_user_leaves_tickets_without_a_name_and_events_without_one()
    {
        var ticket = await TakeAsync(userId: "u1");
        await Store.EraseUserAsync("u1", Token);
        var found = (await Store.FindAsync(ticket.Id, Token))!;
        Assert.Equal((null, null, null, ticket.Number), (found.CustomerName, found.Phone, found.Email, found.Number));
        var created = (TicketCreated)(await Outbox.ClaimAsync(10, [], Token)).Single().Event();
        Assert.Equal((null, null, null), (created.Ticket.CustomerName, created.Ticket.Phone, created.Ticket.Email));
    }

    [Fact]
    public async Task Erasing_a_user_empties_the_answers_about_their_tickets_and_a_repeat_is_still_known()
    {
        var ticket = await TakeAsync(userId: "u1", answer: Answer("taken"));
        await SaveAsync(ticket.Defer(1, 8, Some.Noon, null), answer: Answer("deferred"));
        await TakeAsync(userId: "u2", answer: Answer("other"));
        await Store.EraseUserAsync("u1", Token);
        Assert.Empty((await Store.FindAnswerAsync("taken", Token))!.Sealed);
        Assert.Empty((await Store.FindAnswerAsync("deferred", Token))!.Sealed);
        Assert.NotEmpty((await Store.FindAnswerAsync("other", Token))!.Sealed);
        await RepeatedAsync(() => TakeAsync(answer: Answer("taken")));
    }

    [Fact]
    public async Task What_tells_who_a_guest_was_goes_some_time_after_their_ticket_closed()
    {
        var closed = await TakeAsync(answer: Answer("taken"));
        closed = await SaveAsync(closed.Cancel("went home", Some.Noon, null), answer: Answer("cancelled"));
        var open = await TakeAsync();
        var owned = await SaveAsync((await TakeAsync(userId: "u1")).Cancel(null, Some.Noon, "u1"));

        await Store.ForgetContactsAsync(Some.Noon, Token);
        Assert.Equal("Ada", (await Store.FindAsync(closed.Id, Token))!.CustomerName);
        Assert.NotEmpty((await Store.FindAnswerAsync("cancelled", Token))!.Sealed);

        await Store.ForgetContactsAsync(Some.Noon.AddSeconds(1), Token);
        var found = (await Store.FindAsync(closed.Id, Token))!;
        Assert.Equal((null, null, null, null), (found.CustomerName, found.Phone, found.Email, found.Notes));
        Assert.Equal((closed.TicketNumber, closed.Version, "went home"), (found.TicketNumber, found.Version, found.History[^1].Reason));
        Assert.Empty((await Store.FindAnswerAsync("taken", Token))!.Sealed);
        Assert.Empty((await Store.FindAnswerAsync("cancelled", Token))!.Sealed);
        Assert.Equal("Ada", (await Store.FindAsync(open.Id, Token))!.CustomerName);
        Assert.Equal("Ada", (await Store.FindAsync(owned.Id, Token))!.CustomerName);
        var told = (await Outbox.ClaimAsync(10, [], Token)).Select(e => ((ITicketEvent)e.Event()).Ticket).ToLookup(t => t.Id);
        Assert.Equal([null, null], told[closed.Id].Select(t => t.Phone));
        Assert.Equal(["123456"], told[open.Id].Select(t => t.Phone));
    }

    [Fact]
    public async Task What_is_noted_of_a_guest_who_is_forgotten_goes_as_well()
    {
        var closed = await LeaveAsync(await TakeAsync());
        await Store.ForgetContactsAsync(Some.Noon.AddDays(30), Token);
        var found = (await Store.FindAsync(closed.Id, Token))!;
        await SaveAsync(found.Correct(TicketDetails.Of(found) with { Notes = "left an umbrella" }, null, Some.Noon.AddDays(31), "op"));
        await Store.ForgetContactsAsync(Some.Noon.AddDays(31), Token);
        Assert.Null((await Store.FindAsync(closed.Id, Token))!.Notes);
    }

    [Fact]
    public async Task Tickets_that_closed_long_ago_are_read_and_listed_as_before_wherever_they_are_kept()
    {
        var tickets = new List<Ticket>();
        for (var n = 0; n < 6; n++)
            tickets.Add(await TakeAsync(userId: $"u{n % 2}", in_: Some.Queue($"q{1 + n % 3}"), at: Some.Noon.AddMinutes(n)));
        await SaveAsync(tickets[0].Cancel("went home", Some.Noon, "u0"));
        await SaveAsync(tickets[3].Expire("closed", Some.Noon.AddDays(1)));
        await SaveAsync(tickets[4].Cancel(null, Some.Noon, "u0"));
        await PublishAllAsync();
        TicketFilter[] filters =
        [
            new(null, null, null, null, null),
            new("q1", null, null, null, null),
            new("q1", TicketStatus.Cancelled, null, null, null),
            new(null, TicketStatus.Waiting, null, null, null),
            new(null, TicketStatus.Cancelled, "u0", null, null),
            new(null, null, "u0", Some.Noon, Some.Noon.AddMinutes(4)),
            new(null, null, null, null, null) { BranchIds = [Branches.Main] },
            new(null, null, null, null, null) { BranchIds = [] },
        ];
        var before = await PagesAsync();

        // Of two that closed before, and repeated.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Store.MoveClosedAsync(Some.Noon.AddHours(1), Token)));
        Assert.Equal(before, await PagesAsync());
        var moved = (await Store.FindAsync(tickets[0].Id, Token))!;
        Assert.Equal((tickets[0].TicketNumber, "went home"), (moved.TicketNumber, moved.History[^1].Reason));
        Assert.Equal(["q2", "q3"], (await Store.LinesWithOpenTicketsAsync(null, Token)).Order());
        // The day's numbers go on, and a line that is empty begins.
        Assert.Equal(3, (await TakeAsync()).Number);

        // Two a page, each filter to its end.
        async Task<List<string>> PagesAsync()
        {
            var pages = new List<string>();
            foreach (var filter in filters)
            {
                string? after = null;
                do
                {
                    var page = after is null ? PageRequest.First(2) : PageRequest.First(2).Behind(after);
                    var found = await Store.ListAsync(filter, page, Token);
                    pages.Add(string.Join(' ', found.Select(t => $"{t.Id} {t.Status} {t.CustomerName}")));
                    after = found.Count > 2 ? found[1].Id : null;
                } while (after is not null);
            }

            return pages;
        }
    }

    [Fact]
    public async Task A_ticket_that_closed_long_ago_is_corrected_and_erased_like_any_other()
    {
        var owned = await LeaveAsync(await TakeAsync(userId: "u1"));
        var guest = await LeaveAsync(await TakeAsync());
        await PublishAllAsync();
        await MoveAsync();

        var corrected = guest.Correct(TicketDetails.Of(guest) with { Notes = "left an umbrella" }, null, Some.Noon.AddDays(8), "op");
        await SaveAsync(corrected, answer: Answer("k"));
        Assert.False(await Store.SaveAsync(corrected, guest.Version, queue, null, Token));
        await RepeatedAsync(() => SaveAsync(owned.Correct(TicketDetails.Of(owned), null, Some.Noon, "op"), answer: Answer("k")));
        var told = (await Outbox.ClaimAsync(10, [], Token)).Select(e => e.Event());
        Assert.Equal(guest.Id, Assert.IsType<TicketDetailsChanged>(Assert.Single(told)).TicketId);
        // Not while it is to be published.
        await MoveAsync();
        Assert.Equal("left an umbrella", (await Store.FindAsync(guest.Id, Token))!.Notes);
        Assert.Equal(2, (await ListAsync(new TicketFilter("q1", null, null, null, null))).Count);

        await Store.EraseUserAsync("u1", Token);
        await Store.ForgetContactsAsync(Some.Noon.AddDays(1), Token);
        Assert.Null((await Store.FindAsync(owned.Id, Token))!.CustomerName);
        Assert.Null((await Store.FindAsync(guest.Id, Token))!.Notes);
        Assert.Equal([owned.Id], await ListAsync(new TicketFilter(null, null, "u1", null, null)));

        Task MoveAsync() => Store.MoveClosedAsync(Some.Noon.AddDays(1), Token);
    }

    [Fact]
    public async Task A_line_is_not_closed_while_a_ticket_of_it_is_open()
    {
        var waiting = await TakeAsync();
        Assert.False(await CloseAsync());
        var called = await SaveAsync(waiting.Call(Some.Desk("1"), Some.Noon, "op"));
        Assert.False(await CloseAsync());
        var serving = await SaveAsync(called.Start(null, Some.Noon, "op"));
        Assert.False(await CloseAsync());
        var parked = await TakeAsync();
        parked = await SaveAsync(parked.Park(null, Some.Noon, "op"));
        await SaveAsync(serving.Serve(Some.Noon, "op"));
        Assert.False(await CloseAsync());
        // What was refused has changed nothing.
        await SaveAsync((await TakeAsync()).Cancel(null, Some.Noon, null));
        await SaveAsync(parked.Cancel(null, Some.Noon, null));
        Assert.True(await CloseAsync());
    }

    [Fact]
    public async Task A_closed_line_takes_nobody_in_until_a_later_definition_opens_it()
    {
        var missed = await SaveAsync(
            (await SaveAsync((await TakeAsync()).Call(Some.Desk("1"), Some.Noon, "op"))).MarkNoShow(null, Some.Noon, "op")
        );
        var elsewhere = await TakeAsync(in_: Some.Queue("q2"));
        Assert.True(await CloseAsync(version: 3));
        Assert.True(await CloseAsync(version: 3));
        Assert.True(await CloseAsync(version: 2));
        foreach (var version in (long[])[1, 2, 3])
            await RefusedAsync(queue with { Version = version });
        Assert.Equal(TicketStatus.Waiting, (await Store.FindAsync(elsewhere.Id, Token))!.Status);
        Assert.Empty(await Store.OpenAsync(queue.Id, Token));

        var later = queue with { Version = 4 };
        Assert.Equal(2, (await TakeAsync(in_: later)).Number);
        Assert.True(await TransferAsync(elsewhere, later));
        Assert.True(
            await Store.SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"), missed.Version, later, null, Token)
        );

        async Task RefusedAsync(QueueDefinition old)
        {
            Assert.Equal(ErrorCodes.QueueClosed, await RefusalAsync(() => TakeAsync(in_: old)));
            Assert.Equal(ErrorCodes.QueueClosed, await RefusalAsync(() => TransferAsync(elsewhere, old)));
            Assert.Equal(
                ErrorCodes.QueueClosed,
                await RefusalAsync(() =>
                    Store.SaveAsync(missed.Requeue(null, TimeSpan.FromHours(1), null, Some.Noon, "op"), missed.Version, old, null, Token)
                )
            );
        }
    }

    [Fact]
    public async Task A_line_that_nobody_has_stood_in_is_closed_and_opened_as_any_other()
    {
        Assert.True(await CloseAsync());
        Assert.Equal(ErrorCodes.QueueClosed, await RefusalAsync(() => TakeAsync()));
        var later = queue with { Version = 2 };
        var first = await TakeAsync(in_: later);
        Assert.Equal((1, Monday), (first.Number, first.ServiceDay));
        Assert.Empty((await Store.LinesWithOpenTicketsAsync(null, Token)).Except([queue.Id]));
    }

    [Fact]
    public async Task Of_closing_a_line_and_coming_into_it_at_once_never_both_happen()
    {
        var closed = 0;
        for (var round = 0; round < 60; round++)
        {
            var contested = Some.Queue($"contested-{round}");
            var elsewhere = await TakeAsync(in_: Some.Queue($"elsewhere-{round}"));
            // A task of the pool begins after what is begun at once here, so that each is first in many rounds.
            var closing = round % 2 == 0 ? CloseAsync(contested) : Task.Run(() => CloseAsync(contested), Token);
            List<Task<string>> coming =
            [
                .. Enumerable.Range(0, 3).Select(_ => Task.Run(() => OutcomeAsync(() => TakeAsync(in_: contested)), Token)),
                Task.Run(() => OutcomeAsync(() => TransferAsync(elsewhere, contested)), Token),
            ];
            var outcomes = await Task.WhenAll(coming);
            var open = await Store.OpenAsync(contested.Id, Token);
            Assert.Equal(outcomes.Count(o => o == "taken"), open.Count);
            if (!await closing)
                continue;
            closed++;
            Assert.All(outcomes, o => Assert.Equal(ErrorCodes.QueueClosed, o));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"closed in {closed} of 60 rounds");

        Task<bool> CloseAsync(QueueDefinition contested) => Store.CloseLineAsync(contested.Id, contested.Version, Token);
    }

    [Fact]
    public async Task The_latest_definition_of_a_queue_is_kept_whatever_order_they_come_in()
    {
        Assert.Null(await Store.FindPolicyAsync("q1", Token));
        var hours = Some.Queue(with: q =>
            q with
            {
                Version = 3,
                OpeningHours = [new(WeekDay.Monday, new(9, 0), new(17, 30))],
                Counters = [new("1")],
                Name = "New",
            }
        );
        await Store.SavePolicyAsync(new QueuePolicy("q1", 3, hours), Token);
        await Store.SavePolicyAsync(new QueuePolicy("q1", 2, Some.Queue()), Token);
        var kept = (await Store.FindPolicyAsync("q1", Token))!.Definition!;
        Assert.Equal(("New", new TimeOnly(17, 30), "1"), (kept.Name, kept.OpeningHours![0].Closes, kept.Counters[0].Name));
        await Store.SavePolicyAsync(new QueuePolicy("q1", 4, null), Token);
        Assert.Null((await Store.FindPolicyAsync("q1", Token))!.Definition);
    }

    [Fact]
    public async Task A_page_of_a_line_goes_on_where_the_one_before_ended_and_skips_nobody_when_its_last_one_moves()
    {
        var line = new List<Ticket>();
        for (var i = 0; i < 7; i++)
            line.Add(await TakeAsync());
        await SaveAsync(line[6].Call(Some.Desk("1"), Some.Noon, "op"));
        await SaveAsync(line[5].Park(null, Some.Noon, "op"));
        Assert.Equal(["q1"], await Store.LinesWithOpenTicketsAsync(null, Token));
        Assert.Equal(["q1"], await Store.LinesWithOpenTicketsAsync(Branches.Main, Token));
        Assert.Empty(await Store.LinesWithOpenTicketsAsync("elsewhere", Token));
        Assert.Equal("6012345", await PageAsync(null, 9));
        Assert.Equal("601", await PageAsync(null, 3));
        var after = LinePosition.Of(line[1]);
        Assert.Equal("234", await PageAsync(after, 3));
        await SaveAsync(
            line[1]
                .Defer(9, LineOrder.Behind((await Store.OrdersAsync("q1", line[1].Id, Token)).WalkIns, 9, line[1].Order), Some.Noon, null)
        );
        Assert.Equal("234", await PageAsync(after, 3));
        Assert.Equal("15", await PageAsync(LinePosition.Of(line[4]), 3));
        await SaveAsync(line[2].Cancel(null, Some.Noon, null));
        Assert.Equal("34", await PageAsync(LinePosition.Of(line[2]), 2));
        Assert.Equal("", await PageAsync(LinePosition.Of((await Store.FindAsync(line[5].Id, Token))!), 3));

        async Task<string> PageAsync(LinePosition? after, int most) =>
            string.Concat((await Store.LineAsync("q1", after, most, Token)).Select(t => line.FindIndex(l => l.Id == t.Id)));
    }

    [Fact]
    public async Task A_transferred_ticket_brings_its_number_along_and_stands_where_it_came()
    {
        var other = Some.Queue("q2");
        var moved = await TakeAsync();
        await TakeAsync();
        var there = await TakeAsync(in_: other, request: r => r with { At = Some.Noon.AddMinutes(5) });
        Assert.True(await TransferAsync(moved, other));
        var line = await Store.OpenAsync("q2", Token);
        Assert.Equal(["A-1", "B-1"], line.Select(t => t.TicketNumber));
        Assert.Equal((moved.Id, moved.Id, false), (line[0].VisitId, line[0].TransferredFrom, line[0].Issued));
        Assert.Equal(0, await Store.CountAheadAsync(line[0], Some.Noon, Token));
        Assert.Equal(1, await Store.CountAheadAsync(there, Some.Noon, Token));
        Assert.Equal("B-2", (await TakeAsync(in_: other)).TicketNumber);
        // On the next day it is still out, so the queue it came from passes it over.
        Assert.Equal("A-3", (await TakeAsync(day: Monday.AddDays(1))).TicketNumber);
    }

    [Fact]
    public async Task A_number_goes_to_another_branch_as_a_new_one()
    {
        var elsewhere = Some.Queue("q2", with: q => q with { BranchId = "elsewhere", Prefix = "A" });
        var moved = await TakeAsync();
        Assert.Equal("A-1", (await TakeAsync(in_: elsewhere)).TicketNumber);
        Assert.True(await TransferAsync(moved, elsewhere));
        var there = (await Store.OpenAsync("q2", Token)).Single(t => t.TransferredFrom is not null);
        Assert.Equal(("A-2", "elsewhere", true), (there.TicketNumber, there.BranchId, there.Issued));
        Assert.Equal(["q2"], await Store.LinesWithOpenTicketsAsync("elsewhere", Token));
        Assert.Equal(2, (await ListAsync(new TicketFilter(null, null, null, null, null) { BranchIds = ["elsewhere"] })).Count);
        Assert.Equal([moved.Id], await ListAsync(new TicketFilter(null, null, null, null, null) { BranchIds = [Branches.Main] }));
    }

    [Fact]
    public async Task A_prefix_that_another_queue_had_today_goes_on_after_its_numbers()
    {
        Assert.Equal("1 2 3", await NextAsync(queue, 0, 3));
        var heir = Some.Queue("q2", with: q => q with { Prefix = "A" });
        Assert.Equal("4 5", await NextAsync(heir, 0, 2));
        Assert.Equal("1 2", await NextAsync(heir, 1, 2));
    }

    [Fact]
    public async Task A_corrected_phone_number_gives_the_wrong_one_back()
    {
        var wrong = await TakeAsync(request: r => r with { Phone = "123456" });
        Assert.Equal(ErrorCodes.AlreadyInQueue, await RefusalAsync(() => TakeAsync(request: r => r with { Phone = "123456" })));
        var details = TicketDetails.Of(wrong);
        var named = await SaveAsync(wrong.Correct(details with { CustomerName = "Grace" }, null, Some.Noon, "op"));
        Assert.Equal(ErrorCodes.AlreadyInQueue, await RefusalAsync(() => TakeAsync(request: r => r with { Phone = "123456" })));
        await SaveAsync(named.Correct(details with { Phone = "654321", Labels = ["papers"] }, null, Some.Noon, "op"));
        await TakeAsync(request: r => r with { Phone = "123456" });
        var kept = (await Store.FindAsync(wrong.Id, Token))!;
        Assert.Equal(("654321", "papers", 3), (kept.Phone, kept.Labels.Single(), kept.Version));
        Assert.Equal(2, (await Store.OpenAsync("q1", Token)).Count);
    }

    [Fact]
    public async Task Another_priority_moves_a_ticket_in_the_line()
    {
        var first = await TakeAsync();
        var second = await TakeAsync();
        await SaveAsync(second.Correct(TicketDetails.Of(second) with { Priority = 2 }, null, Some.Noon, "op"));
        Assert.Equal([second.Id, first.Id], (await Store.OpenAsync("q1", Token)).Select(t => t.Id));
        Assert.Equal(1, await Store.CountAheadAsync(first, Some.Noon, Token));
    }

    [Fact]
    public async Task Priority_with_a_head_start_goes_first_for_so_long_and_no_longer()
    {
        var fair = Some.Queue(with: q => q with { PriorityHeadStart = 600 });
        var ordinary = await TakeAsync(in_: fair);
        var soon = await TakeAsync(in_: fair, priority: 1, request: r => r with { At = Some.Noon.AddMinutes(9) });
        var late = await TakeAsync(in_: fair, priority: 1, request: r => r with { At = Some.Noon.AddMinutes(11) });
        Assert.Equal([soon.Id, ordinary.Id, late.Id], (await Store.OpenAsync("q1", Token)).Select(t => t.Id));
    }

    [Fact]
    public async Task A_newcomer_is_told_how_many_wait_before_them_however_those_came_and_went()
    {
        Assert.Equal(0, await AheadAsync());
        var first = await TakeAsync();
        var second = await TakeAsync();
        await TakeAsync(priority: 5);
        Assert.Equal(4, await AheadAsync());
        Assert.Equal(1, await AheadAsync(priority: 3));
        var called = await SaveAsync(first.Call(Some.Desk("1"), Some.Noon, "op"));
        var parked = await SaveAsync(second.Park(null, Some.Noon, "op"));
        Assert.Equal(4, await AheadAsync());
        await SaveAsync(called.Requeue(null, TimeSpan.Zero, null, Some.Noon, "op"));
        await SaveAsync(parked.Unpark(Some.Noon, "op"));
        Assert.Equal(7, await AheadAsync());

        // Anyone who asks stays in the line.
        async Task<int> AheadAsync(int priority = 0)
        {
            var ahead = 0;
            await TakeAsync(priority: priority, placed: p => ahead = p.Ahead);
            return ahead;
        }
    }

    /// <summary>Where somebody who comes an hour later stands.</summary>
    private protected static async Task<Place> PlaceOfNewcomerAsync(ITicketStore store, int priority, CancellationToken? caller = null)
    {
        var request = new PlaceRequest("new", Some.Queue(), Monday, Some.Noon.AddHours(1)) { Priority = priority };
        Place? placed = null;
        await store.TakeAsync(
            request,
            place =>
            {
                placed = place;
                return (
                    Ticket.Issue(new NewTicket { Id = "new", Priority = priority }, request.Queue, place, Some.Promise, request.At, null),
                    null
                );
            },
            caller ?? Token
        );
        return placed!;
    }

    private protected async Task<Ticket> TakeAsync(
        QueueDefinition? in_ = null,
        string? userId = null,
        int priority = 0,
        DateOnly? day = null,
        StoredResponse? answer = null,
        DateTimeOffset? at = null,
        Action<Place>? placed = null,
        Func<PlaceRequest, PlaceRequest>? request = null
    )
    {
        in_ ??= queue;
        var draft = new NewTicket
        {
            Id = Guid.CreateVersion7().ToString(),
            UserId = userId,
            Priority = priority,
            CustomerName = "Ada",
            Phone = "123456",
            Email = "ada@example.com",
        };
        Ticket? taken = null;
        var wanted = Request(draft.Id, in_, userId, priority, day);
        wanted = request?.Invoke(wanted) ?? wanted;
        draft = draft with { Phone = wanted.Phone ?? draft.Phone };
        await Store.TakeAsync(
            wanted,
            place =>
            {
                var change = Ticket.Issue(draft, in_, place, Some.Promise, at ?? Some.Noon, userId);
                taken = change.Next;
                placed?.Invoke(place);
                return (change, answer);
            },
            Token
        );
        return taken!;
    }

    // Some minutes before the appointment's time, or after it.
    private async Task<Ticket> ArriveAsync(
        string id,
        int minutes,
        int inARow = 1,
        QueueDefinition? in_ = null,
        Action<Place>? placed = null,
        int priority = 0
    )
    {
        var turn = new BookedTurn { At = Some.Noon.AddMinutes(minutes), InARow = inARow };
        Ticket? taken = null;
        await Store.TakeAsync(
            new PlaceRequest(id, in_ ?? queue, Monday, Some.Noon) { Turn = turn, Priority = priority },
            place =>
            {
                var draft = new NewTicket
                {
                    Id = id,
                    Turn = turn,
                    Priority = priority,
                };
                var change = Ticket.Issue(draft, in_ ?? queue, place, Some.Promise, Some.Noon, null);
                taken = change.Next;
                placed?.Invoke(place);
                return (change, null);
            },
            Token
        );
        return taken!;
    }

    // Numbers of those who come on a day, some days after Monday, and leave.
    private async Task<string> NextAsync(QueueDefinition in_, int day, int count = 1)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
            numbers.Add((await LeaveAsync(await TakeAsync(in_: in_, day: Monday.AddDays(day)))).Number);
        return string.Join(' ', numbers);
    }

    private protected Task<Ticket> LeaveAsync(Ticket ticket) => SaveAsync(ticket.Cancel(null, Some.Noon, null));

    private protected async Task<Ticket> SaveAsync(TicketChange change, int capacity = 100, StoredResponse? answer = null)
    {
        Assert.True(await Store.SaveAsync(change, change.Next.Version - 1, queue with { MaxActiveTickets = capacity }, answer, Token));
        return change.Next;
    }

    private protected Task<bool> TransferAsync(Ticket ticket, QueueDefinition to, StoredResponse? answer = null)
    {
        var successorId = Guid.CreateVersion7().ToString();
        return Store.TransferAsync(
            ticket.Transfer(to.Id, successorId, Some.Noon, "op"),
            ticket.Version,
            Request(successorId, to, ticket.UserId, 0, null) with
            {
                Brought = ticket.NumberIn(to),
                Since = ticket.CreatedAt,
            },
            place => (ticket.ContinueIn(successorId, to, place, 0, Some.Promise, Some.Noon, "op"), answer),
            Token
        );
    }

    private Task<bool> CloseAsync(long version = 1) => Store.CloseLineAsync(queue.Id, version, Token);

    private protected async Task<List<string>> ListAsync(TicketFilter filter) =>
        [.. (await Store.ListAsync(filter, PageRequest.First(10), Token)).Select(t => t.Id)];

    private protected async Task PublishAllAsync() =>
        await Outbox.CompleteAsync(await Outbox.ClaimAsync(1000, [], Token), keep: false, Token);

    private static async Task<string> OutcomeAsync(Func<Task> take)
    {
        try
        {
            await take();
            return "taken";
        }
        catch (RefusedException e)
        {
            return e.Code;
        }
    }

    private protected static StoredResponse Answer(string key) => new(key, "request", [1, 2, 3], Some.Noon);

    private static Task RepeatedAsync(Func<Task> act) => Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(act);

    private static async Task<string> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<RefusedException>(act)).Code;

    private static PlaceRequest Request(string ticketId, QueueDefinition queue, string? userId, int priority, DateOnly? day) =>
        new(ticketId, queue, day ?? Monday, Some.Noon) { UserId = userId, Priority = priority };
}
