using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Tests;

/// <summary>What every store of facts promises.</summary>
public abstract class AnalyticsStoreContract : IAsyncLifetime
{
    private static readonly AnalyticsOptions Options = new(true, null, TimeSpan.FromDays(90), 1000, "UTC");

    private IAnalyticsStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = (IAnalyticsStore)await OpenAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A prepared, empty store.</summary>
    protected abstract Task<object> OpenAsync();

    [Fact]
    public async Task Events_shuffled_and_repeated_give_the_facts_of_the_ordered_history() =>
        await History.Any.SampleAsync(
            async sample =>
            {
                var history = sample.Unique();
                var leaver = history.Tickets[0][0].UserId!;
                for (var i = 0; i < history.Deliveries.Count; i++)
                {
                    if (i == history.EraseAfter)
                        await store.EraseUserAsync(leaver, CancellationToken.None);
                    await store.RecordTicketAsync(TicketFact.Of(history.Deliveries[i]), CancellationToken.None);
                }

                if (history.EraseAfter >= history.Deliveries.Count)
                    await store.EraseUserAsync(leaver, CancellationToken.None);

                var expected = history.Tickets.Select(states =>
                    TicketFact.Of(states[^1]) with
                    {
                        UserId = states[^1].UserId == leaver ? null : states[^1].UserId,
                        ServedBy = states[^1].ServedBy == leaver ? null : states[^1].ServedBy,
                        FirstCalledAt = states.Select(s => s.CalledAt).FirstOrDefault(called => called is not null),
                        LastClosedAt = states.Select(s => s.ClosedAt).LastOrDefault(closed => closed is not null),
                    }
                );
                var queueId = history.Tickets[0][0].QueueId;
                var facts = await FactsAsync(queueId, history.Tickets[0][0].BranchId);
                Assert.Equal(expected.OrderBy(f => f.TicketId), facts.OrderBy(f => f.TicketId));
                Assert.Empty(await store.TicketsOfUserAsync(leaver, null, null, null, CancellationToken.None));
            },
            iter: 200,
            threads: 2
        );

    [Fact]
    public async Task Figures_through_rollups_are_those_of_the_tickets_whatever_came_late_or_twice() =>
        await (from history in History.Any from rollUps in Gen.Bool.Array[0, 60] select (history, rollUps)).SampleAsync(
            async sample =>
            {
                var history = sample.history.Unique();
                var queue = QueueProfile.Of(
                    Samples.Queue() with
                    {
                        Id = history.Tickets[0][0].QueueId,
                        BranchId = history.Tickets[0][0].BranchId,
                    }
                );
                await store.RecordQueueAsync(queue, CancellationToken.None);
                for (var i = 0; i < history.Deliveries.Count; i++)
                {
                    await store.RecordTicketAsync(TicketFact.Of(history.Deliveries[i]), CancellationToken.None);
                    if (i < sample.rollUps.Length && sample.rollUps[i])
                        await RollUpAsync();
                }

                var direct = new Rollup();
                foreach (var states in history.Tickets)
                    direct.Add(
                        TicketFact.Of(states[^1]) with
                        {
                            FirstCalledAt = states.Select(s => s.CalledAt).FirstOrDefault(called => called is not null),
                        }
                    );
                var desk = new AnalyticsDesk(store, Options, TimeProvider.System);
                var expected = QueueFigures.Of(queue, Samples.Day, BucketSize.Hour, direct, new AppointmentTally());
                Assert.Equivalent(
                    expected,
                    await desk.QueueAsync(
                        queue.QueueId,
                        null,
                        new AskedRange(Samples.Day.From, Samples.Day.To),
                        BucketSize.Hour,
                        CancellationToken.None
                    ),
                    strict: true
                );
                await RollUpAsync();
                Assert.Equivalent(
                    expected,
                    await desk.QueueAsync(
                        queue.QueueId,
                        null,
                        new AskedRange(Samples.Day.From, Samples.Day.To),
                        BucketSize.Hour,
                        CancellationToken.None
                    ),
                    strict: true
                );
            },
            iter: 100,
            threads: 1
        );

    [Fact]
    public async Task What_counters_did_is_that_of_the_tickets_whatever_came_late_or_twice() =>
        await (
            from history in History.Any
            from rollUps in Gen.Bool.Array[0, 60]
            from begin in Gen.Int[-60, 12 * 60]
            from length in Gen.Int[1, 12 * 60]
            select (history: history.Slower(40), rollUps, begin, length)
        ).SampleAsync(
            async sample =>
            {
                var history = sample.history.Unique();
                var now = Samples.Morning.AddHours(6);
                var range = new TimeRange(
                    Samples.Morning.AddMinutes(sample.begin),
                    Samples.Morning.AddMinutes(sample.begin + sample.length)
                );
                var leaver = history.Tickets[0][0].UserId!;
                for (var i = 0; i < history.Deliveries.Count; i++)
                {
                    if (i == history.EraseAfter)
                        await store.EraseUserAsync(leaver, CancellationToken.None);
                    await store.RecordTicketAsync(TicketFact.Of(history.Deliveries[i]), CancellationToken.None);
                    if (i < sample.rollUps.Length && sample.rollUps[i])
                        await RollUpAsync();
                }

                if (history.EraseAfter >= history.Deliveries.Count)
                    await store.EraseUserAsync(leaver, CancellationToken.None);

                var branchId = history.Tickets[0][0].BranchId;
                var desk = new WorkDesk(store, Options, new FakeTimeProvider(now));
                var last = history.Tickets.Select(states => states[^1]).ToList();
                for (var rolledUp = 0; rolledUp < 2; rolledUp++)
                {
                    var counters = await desk.CountersAsync([branchId], new AskedRange(range.From, range.To), CancellationToken.None);
                    Assert.Equal(
                        Expected(last, range, now, t => t.CounterId ?? "name " + t.Counter),
                        counters.Items.ToDictionary(c => c.CounterId ?? "name " + c.Name, c => (c.Busy, c.Services))
                    );
                    var staff = await desk.StaffAsync([branchId], new AskedRange(range.From, range.To), CancellationToken.None);
                    Assert.Equal(
                        Expected(last, range, now, t => t.ServedBy == leaver ? null : t.ServedBy),
                        staff.Items.ToDictionary(s => s.UserId, s => (s.Busy, s.Services))
                    );
                    await RollUpAsync();
                }
            },
            iter: 200,
            threads: 1
        );

    [Fact]
    public async Task Sessions_are_those_of_the_counters_whatever_came_late_or_twice() =>
        await (
            from lives in Gen.Select(Gen.Int[1, 90], Gen.Int[0, 5]).Array[1, 8].Array[1, 4]
            let facts = lives.SelectMany((moves, counter) => Live($"c{counter}", moves)).ToArray()
            from repeats in Gen.Int[0, facts.Length - 1].Array[0, facts.Length]
            from deliveries in Gen.Shuffle(facts.Concat(repeats.Select(r => facts[r])).ToArray())
            from begin in Gen.Int[0, 300]
            from length in Gen.Int[1, 600]
            select (facts, deliveries, begin, length)
        ).SampleAsync(
            async sample =>
            {
                var branchId = Guid.NewGuid().ToString("N");
                foreach (var fact in sample.deliveries)
                    await store.RecordCounterAsync(fact with { BranchId = branchId, CounterId = branchId + fact.CounterId }, Token);
                var range = new TimeRange(
                    Samples.Morning.AddMinutes(sample.begin),
                    Samples.Morning.AddMinutes(sample.begin + sample.length)
                );
                var expected = new SortedDictionary<string, double>(StringComparer.Ordinal);
                foreach (var life in sample.facts.GroupBy(f => f.CounterId))
                {
                    var ordered = life.OrderBy(f => f.Version).ToList();
                    for (var i = 0; i < ordered.Count; i++)
                    {
                        var end = i + 1 < ordered.Count ? ordered[i + 1].At : range.To;
                        var seconds = Seconds(ordered[i].At, end, range);
                        var key = $"{branchId}{life.Key} {ordered[i].Status} {ordered[i].OperatorId}";
                        if (ordered[i].Status != CounterStatus.Closed && seconds > 0)
                            expected[key] = expected.GetValueOrDefault(key) + seconds;
                    }
                }

                var sums = await store.SessionsAsync(branchId, range, Token);
                Assert.Equal(
                    expected,
                    new SortedDictionary<string, double>(
                        sums.ToDictionary(s => $"{s.CounterId} {s.Status} {s.OperatorId}", s => s.Milliseconds / 1000.0),
                        StringComparer.Ordinal
                    )
                );
            },
            iter: 200,
            threads: 1
        );

    [Fact]
    public async Task Appointments_count_by_their_latest_state_whatever_came_late_or_twice() =>
        await (
            from moves in Gen.Int[0, 999].Array[0, 5].Array[1, 6]
            let lives = moves.Select((m, i) => LiveAppointment($"a{i}", m).ToArray()).ToArray()
            let states = lives.SelectMany(l => l).ToArray()
            from repeats in Gen.Int[0, states.Length - 1].Array[0, states.Length]
            from deliveries in Gen.Shuffle(states.Concat(repeats.Select(r => states[r])).ToArray())
            from begin in Gen.Int[0, 60]
            from length in Gen.Int[1, 90]
            select (lives, deliveries, begin, length)
        ).SampleAsync(
            async sample =>
            {
                var mark = Guid.NewGuid().ToString("N");
                foreach (var state in sample.deliveries)
                    await store.RecordAppointmentAsync(
                        AppointmentFact.Of(state with { Id = mark + state.Id, QueueId = mark, BranchId = mark }),
                        Token
                    );
                var range = new TimeRange(
                    Samples.Morning.AddMinutes(sample.begin),
                    Samples.Morning.AddMinutes(sample.begin + sample.length)
                );
                var expected = new AppointmentTally();
                foreach (var last in sample.lives.Select(l => l[^1]).Where(a => a.Start >= range.From && a.Start < range.To))
                    expected[AppointmentFact.Of(last).Outcome]++;
                Assert.Equivalent(Counts(expected), Counts(await store.AppointmentsAsync(mark, mark, range, Token)), strict: true);
            },
            iter: 200,
            threads: 1
        );

    [Fact]
    public async Task Appointments_are_those_of_the_queue_and_of_the_range_with_its_end_left_out()
    {
        var missed = Samples.Appointment("first", Samples.Morning).Becomes(AppointmentStatus.NoShow);
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed), Token);
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed with { Id = "before", Start = missed.Start.AddMinutes(-5) }), Token);
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed with { Id = "end", Start = missed.Start.AddMinutes(5) }), Token);
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed with { Id = "other", QueueId = "queue-2" }), Token);
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed with { Id = "north", BranchId = "north" }), Token);
        var range = new TimeRange(Samples.Morning, Samples.Morning.AddMinutes(5));
        var found = await store.AppointmentsAsync(Branches.Main, Samples.QueueId, range, Token);
        Assert.Equal((1, 1), (found.Count, found[AppointmentOutcome.Missed]));
    }

    [Fact]
    public async Task Concurrent_events_of_an_appointment_end_in_the_latest_state()
    {
        var states = Enumerable.Range(1, 40).Select(v => Samples.Appointment("a", Samples.Morning.AddMinutes(v)) with { Version = v });
        await Parallel.ForEachAsync(
            states.Concat(states).Reverse(),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (state, token) => await store.RecordAppointmentAsync(AppointmentFact.Of(state), token)
        );
        var last = new TimeRange(Samples.Morning.AddMinutes(40), Samples.Morning.AddMinutes(41));
        Assert.Equal(1, (await store.AppointmentsAsync(Branches.Main, Samples.QueueId, last, Token)).Count);
        Assert.Equal(1, (await store.AppointmentsAsync(Branches.Main, Samples.QueueId, Samples.Day, Token)).Count);
    }

    [Fact]
    public async Task Appointments_older_than_their_retention_are_gone()
    {
        foreach (var minutes in (int[])[-1, 0])
            await store.RecordAppointmentAsync(
                AppointmentFact.Of(Samples.Appointment($"a{minutes}", Samples.Morning.AddMinutes(minutes))),
                Token
            );
        Assert.Equal(2, (await store.AppointmentsAsync(Branches.Main, Samples.QueueId, Samples.Day, Token)).Count);
        await store.ForgetAsync(Samples.Morning.AddMinutes(30), 10, Token);
        Assert.Equal(1, (await store.AppointmentsAsync(Branches.Main, Samples.QueueId, Samples.Day, Token)).Count);
    }

    [Fact]
    public async Task A_new_name_keeps_a_session_going_and_a_deleted_counter_ends_it()
    {
        var open = Samples.Counter("c", CounterStatus.Open, "op");
        await store.RecordCounterAsync(open.At(0, 2), Token);
        await store.RecordCounterAsync((open with { Name = "Window" }).At(10, 3), Token);
        await store.RecordCounterAsync(open.At(30, 4).Ended(), Token);
        var session = Assert.Single(await store.SessionsAsync(Branches.Main, Samples.Day, Token));
        Assert.Equal(new SessionSum("c", "Window", 3, CounterStatus.Open, "op", (long)TimeSpan.FromMinutes(30).TotalMilliseconds), session);
    }

    [Fact]
    public async Task A_counter_that_opens_at_the_end_of_a_range_was_not_open_in_it()
    {
        await store.RecordCounterAsync(Samples.Counter("c", CounterStatus.Open, "op").At(0, 1), Token);
        Assert.Empty(await store.SessionsAsync(Branches.Main, new(Samples.Morning.AddHours(-1), Samples.Morning), Token));
        var session = Assert.Single(
            await store.SessionsAsync(Branches.Main, new(Samples.Morning.AddHours(-1), Samples.Morning.AddMilliseconds(1)), Token)
        );
        Assert.Equal(1, session.Milliseconds);
    }

    [Fact]
    public async Task An_erased_operator_is_in_no_session_whatever_comes_late()
    {
        await store.RecordCounterAsync(Samples.Counter("c", CounterStatus.Open, "op").At(0, 1), Token);
        await store.EraseUserAsync("op", Token);
        await store.RecordCounterAsync(Samples.Counter("c", CounterStatus.Break, "op").At(5, 2), Token);
        var sessions = await store.SessionsAsync(Branches.Main, Samples.Day, Token);
        Assert.Equal([null, null], sessions.Select(s => s.OperatorId));
    }

    [Fact]
    public async Task Who_was_served_at_the_first_moment_of_a_time_is_of_that_time_and_who_was_before_it_is_not()
    {
        var before = Samples.Ticket("before", Samples.Morning.AddHours(-1)).Called(Samples.Morning.AddMinutes(-9));
        await RecordAsync(before.Served(Samples.Morning.AddMilliseconds(-1)));
        await RecordAsync((before with { Id = "at", TicketNumber = "A-2" }).Served(Samples.Morning));

        var held = new List<string>();
        var time = new TimeRange(Samples.Morning, Samples.Morning.AddHours(1));
        await store.VisitHeldAsync(Branches.Main, time, fact => held.Add(fact.TicketId), Token);

        Assert.Equal(["at"], held);
    }

    [Fact]
    public async Task What_ended_before_its_retention_is_gone_from_sessions_and_from_what_counters_did()
    {
        await store.RecordCounterAsync(Samples.Counter("c", CounterStatus.Open, "op").At(-60, 1), Token);
        await store.RecordCounterAsync(Samples.Counter("c", CounterStatus.Break, "op").At(-30, 2), Token);
        await RecordAsync(
            Samples.Ticket("old", Samples.Morning.AddMinutes(-20)).Called(Samples.Morning).Served(Samples.Morning.AddMinutes(5))
        );
        await RollUpAsync();

        await store.ForgetAsync(Samples.Morning, 10, Token);
        await RollUpAsync();

        Assert.Equal([CounterStatus.Break], (await store.SessionsAsync(Branches.Main, Samples.Day, Token)).Select(s => s.Status));
        var work = new CounterWork();
        await store.VisitRollupsAsync(Branches.Main, CounterWork.InsteadOfQueue, 0, long.MaxValue, packed => work.Add(packed.Span), Token);
        Assert.Empty(work.Tallies);
    }

    [Fact]
    public async Task What_is_asked_of_some_branches_tells_of_no_other()
    {
        await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue()), Token);
        await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue() with { Id = "queue-2", BranchId = "north" }), Token);
        await RecordAsync(Samples.Ticket("a", Samples.Morning, "user-1"));
        await RecordAsync(Samples.Ticket("b", Samples.Morning, "user-1") with { QueueId = "queue-2", BranchId = "north" });
        await store.RecordCounterAsync((Samples.Counter("c") with { BranchId = "south" }).At(0, 1), Token);
        await TrackAsync(0, queueId: "queue-1");
        await TrackAsync(1, queueId: "queue-2");

        Assert.Equal(["main", "north", "south"], await store.BranchesAsync(Token));
        Assert.Equal(["queue-1", "queue-2"], (await store.QueuesAsync(null, Token)).Select(q => q.QueueId));
        Assert.Equal(["queue-2"], (await store.QueuesAsync(["north"], Token)).Select(q => q.QueueId));
        Assert.Empty(await store.QueuesAsync([], Token));
        Assert.NotNull(await store.FindQueueAsync("queue-2", ["main", "north"], Token));
        Assert.Null(await store.FindQueueAsync("queue-2", ["main"], Token));
        Assert.Equal(["b"], (await store.TicketsOfUserAsync("user-1", ["north"], null, null, Token)).Select(t => t.TicketId));
        Assert.Equal(["type-1"], await TypesAsync(new(null, null, null, null, null, ["north"])));
        Assert.Equal(["type-1", "type-0"], await TypesAsync(new(null, null, null, null, null, ["north", "main"])));
        Assert.Empty(await FactsAsync("queue-2"));
        Assert.Single(await FactsAsync("queue-2", "north"));
    }

    [Fact]
    public async Task A_rollup_is_stale_from_a_new_fact_until_it_is_made_anew()
    {
        var hour = RollupHour.Of(Samples.Morning);
        await RecordAsync(Samples.Ticket("a", Samples.Morning));
        Assert.Equal([hour], await StaleAsync());
        await RollUpAsync();
        Assert.Empty(await StaleAsync());
        await RecordAsync(Samples.Ticket("b", Samples.Morning.AddMinutes(59)));
        await RecordAsync(Samples.Ticket("c", Samples.Morning.AddMinutes(60)));
        Assert.Equal([hour, hour + 1], await StaleAsync());
        await RollUpAsync();
        var packed = new Rollup();
        Assert.Empty(await store.VisitRollupsAsync(Branches.Main, Samples.QueueId, hour, hour + 2, data => packed.Add(data.Span), Token));
        Assert.Equal(3, packed.Created);

        Task<IReadOnlyList<long>> StaleAsync() => store.VisitRollupsAsync(Branches.Main, Samples.QueueId, hour, hour + 2, _ => { }, Token);
    }

    [Fact]
    public async Task What_is_older_than_its_retention_is_gone_from_facts_and_rollups()
    {
        await RecordAsync(Samples.Ticket("old", Samples.Morning.AddMinutes(-1)));
        await RecordAsync(Samples.Ticket("older", Samples.Morning.AddMinutes(-2)));
        await RecordAsync(Samples.Ticket("young", Samples.Morning));
        await RollUpAsync();

        Assert.Equal(1, await store.ForgetAsync(Samples.Morning.AddMinutes(30), 1, Token));
        Assert.Equal(1, await store.ForgetAsync(Samples.Morning.AddMinutes(30), 10, Token));
        Assert.Equal(0, await store.ForgetAsync(Samples.Morning.AddMinutes(30), 10, Token));
        Assert.Equal(["young"], (await FactsAsync(Samples.QueueId)).Select(f => f.TicketId));
        var packed = new Rollup();
        await store.VisitRollupsAsync(Branches.Main, Samples.QueueId, 0, long.MaxValue, data => packed.Add(data.Span), Token);
        Assert.Equal(1, packed.Created);
    }

    [Fact]
    public async Task Concurrent_events_of_a_ticket_end_in_the_latest_state()
    {
        var ticket = Samples.Ticket("t", Samples.Morning);
        var states = new List<TicketState> { ticket };
        for (var i = 1; i <= 40; i++)
            states.Add(states[^1].Called(Samples.Morning.AddSeconds(i)));
        await Parallel.ForEachAsync(
            states.Concat(states).Reverse(),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (state, token) => await store.RecordTicketAsync(TicketFact.Of(state), token)
        );
        var fact = Assert.Single(await FactsAsync(Samples.QueueId));
        Assert.Equal(41, fact.Version);
        Assert.Equal(Samples.Morning.AddSeconds(1), fact.FirstCalledAt);
    }

    [Fact]
    public async Task Facts_are_found_by_queue_and_creation_with_the_end_left_out()
    {
        await RecordAsync(Samples.Ticket("before", Samples.Morning.AddMilliseconds(-1)));
        await RecordAsync(Samples.Ticket("first", Samples.Morning));
        await RecordAsync(Samples.Ticket("last", Samples.Morning.AddMilliseconds(9)));
        await RecordAsync(Samples.Ticket("after", Samples.Morning.AddMilliseconds(10)));
        await RecordAsync(Samples.Ticket("other", Samples.Morning) with { QueueId = "queue-2" });
        var seen = new List<string>();
        await store.VisitQueueAsync(
            Branches.Main,
            Samples.QueueId,
            new TimeRange(Samples.Morning, Samples.Morning.AddMilliseconds(10)),
            f => seen.Add(f.TicketId),
            Token
        );
        Assert.Equal(["first", "last"], seen.Order());
    }

    [Fact]
    public async Task The_tickets_of_an_account_come_newest_first_page_by_page()
    {
        foreach (var (id, second) in new[] { ("a", 1), ("b", 2), ("c", 2), ("d", 2), ("e", 3) })
            await RecordAsync(Samples.Ticket(id, Samples.Morning.AddSeconds(second), "user-1"));
        await RecordAsync(Samples.Ticket("x", Samples.Morning, "user-2"));
        await RecordAsync(Samples.Ticket("y", Samples.Morning));

        var pages = new List<string>();
        FactPosition? after = null;
        while (await store.TicketsOfUserAsync("user-1", null, after, 2, Token) is { Count: > 0 } page)
        {
            pages.Add(string.Concat(page.Select(f => f.TicketId)));
            after = new FactPosition(page[^1].CreatedAt, page[^1].TicketId);
        }

        Assert.Equal(["ed", "cb", "a"], pages);
        Assert.Equal(5, (await store.TicketsOfUserAsync("user-1", null, null, null, Token)).Count);
    }

    [Fact]
    public async Task The_latest_definition_of_a_queue_is_kept()
    {
        Assert.Null(await store.FindQueueAsync(Samples.QueueId, null, Token));
        foreach (var version in new[] { 2, 3, 1, 3 })
            await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue(version, slaWaitTime: version * 100)), Token);
        Assert.Equal(QueueProfile.Of(Samples.Queue(3, slaWaitTime: 300)), await store.FindQueueAsync(Samples.QueueId, null, Token));
    }

    [Fact]
    public async Task A_tracked_event_is_kept_as_it_came_until_its_account_is_erased()
    {
        var tracked = Samples.Tracked("event-1", "user-1");
        await store.TrackAsync(tracked, new StoredResponse("key", "request", [1, 2, 3], Samples.Morning), Token);
        await store.TrackAsync(Samples.Tracked("event-2", "user-2"), null, Token);
        Assert.Equal(tracked, await store.FindTrackedAsync("event-1", Token));

        await store.EraseUserAsync("user-1", Token);
        await store.EraseUserAsync("user-1", Token);
        Assert.Null(await store.FindTrackedAsync("event-1", Token));
        // A store that keeps the answer with the event drops it with it.
        Assert.Empty((await store.FindAnswerAsync("key", Token))?.Sealed ?? []);
        Assert.NotNull(await store.FindTrackedAsync("event-2", Token));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => store.TrackAsync(Samples.Tracked("event-3", "user-1"), null, Token));
        Assert.Equal(ErrorCodes.UserNotFound, refusal.Code);
        Assert.Null(await store.FindTrackedAsync("event-3", Token));
    }

    [Fact]
    public async Task What_was_tracked_is_removed_oldest_first_and_a_few_at_once()
    {
        for (var i = 0; i < 5; i++)
            await TrackAsync(i);
        Assert.Equal(2, await store.ForgetTrackedAsync(Samples.Morning.AddSeconds(3), 2, Token));
        Assert.Equal(["type-4", "type-3", "type-2"], await TypesAsync(new(null, null, null, null, null)));
        Assert.Equal(1, await store.ForgetTrackedAsync(Samples.Morning.AddSeconds(3), 2, Token));
        Assert.Equal(0, await store.ForgetTrackedAsync(Samples.Morning.AddSeconds(3), 2, Token));
        Assert.Equal(["type-4", "type-3"], await TypesAsync(new(null, null, null, null, null)));
    }

    [Fact]
    public async Task What_was_tracked_is_listed_newest_first_by_each_filter_and_page_by_page()
    {
        for (var i = 0; i < 6; i++)
            await TrackAsync(i, $"user-{i % 2}", $"queue-{i % 3}");
        Assert.Equal(["type-5", "type-4", "type-3", "type-2", "type-1", "type-0"], await TypesAsync(new(null, null, null, null, null)));
        Assert.Equal(["type-3"], await TypesAsync(new("type-3", null, null, null, null)));
        Assert.Equal(["type-4", "type-1"], await TypesAsync(new(null, "queue-1", null, null, null)));
        Assert.Equal(["type-5", "type-3", "type-1"], await TypesAsync(new(null, null, "user-1", null, null)));
        Assert.Equal(["type-1"], await TypesAsync(new(null, "queue-1", "user-1", null, null)));
        Assert.Equal(
            ["type-3", "type-2"],
            await TypesAsync(new(null, null, null, Samples.Morning.AddSeconds(2), Samples.Morning.AddSeconds(4)))
        );

        var pages = new List<string>();
        string? after = null;
        while (await store.TrackedAsync(new(null, null, null, null, null), after, 4, Token) is { Count: > 0 } page)
        {
            pages.Add(string.Join(',', page.Select(t => t.EventType)));
            after = page[^1].Id;
        }

        Assert.Equal(["type-5,type-4,type-3,type-2", "type-1,type-0"], pages);
    }

    [Fact]
    public async Task The_time_of_an_accounts_nth_newest_event_is_known()
    {
        for (var i = 0; i < 4; i++)
            await TrackAsync(i, $"user-{i % 2}");
        Assert.Equal(Samples.Morning.AddSeconds(3), await store.TrackedSinceAsync("user-1", 1, Token));
        Assert.Equal(Samples.Morning.AddSeconds(1), await store.TrackedSinceAsync("user-1", 2, Token));
        Assert.Null(await store.TrackedSinceAsync("user-1", 3, Token));
        Assert.Null(await store.TrackedSinceAsync("user-2", 1, Token));
    }

    [Fact]
    public async Task An_idempotency_key_is_taken_once()
    {
        var answer = new StoredResponse("key", "request", [1, 2, 3], Samples.Morning);
        await store.TrackAsync(Samples.Tracked("event-1", "user-1"), answer, Token);
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
            store.TrackAsync(Samples.Tracked("event-2", "user-1"), answer, Token)
        );
        Assert.Null(await store.FindTrackedAsync("event-2", Token));
        var found = await store.FindAnswerAsync("key", Token);
        Assert.Equal("request", found!.RequestHash);
        Assert.Equal([1, 2, 3], found.Sealed);
        Assert.Null(await store.FindAnswerAsync("another", Token));
    }

    private static IEnumerable<AppointmentState> LiveAppointment(string id, int[] moves)
    {
        var appointment = Samples.Appointment(id, Samples.Morning.AddMinutes(10));
        yield return appointment;
        foreach (var move in moves)
        {
            AppointmentState? next = appointment.Status switch
            {
                AppointmentStatus.Booked => (move % 4) switch
                {
                    0 => appointment.Becomes(AppointmentStatus.Booked) with { Start = Samples.Morning.AddMinutes(move % 60) },
                    1 => appointment.Becomes(AppointmentStatus.Arrived, came: true),
                    2 => appointment.Becomes(AppointmentStatus.NoShow),
                    _ => appointment.Becomes(AppointmentStatus.Cancelled),
                },
                AppointmentStatus.Arrived => (move % 3) switch
                {
                    0 => appointment.Becomes(AppointmentStatus.Served),
                    1 => appointment.Becomes(AppointmentStatus.NoShow),
                    _ => appointment.Becomes(AppointmentStatus.Cancelled),
                },
                AppointmentStatus.NoShow => appointment.Becomes(AppointmentStatus.Arrived, came: true),
                AppointmentStatus.Served or AppointmentStatus.Cancelled or AppointmentStatus.Held => null,
            };
            if (next is null)
                yield break;
            yield return appointment = next;
        }
    }

    private static Dictionary<AppointmentOutcome, int> Counts(AppointmentTally tally) =>
        Enum.GetValues<AppointmentOutcome>().ToDictionary(o => o, o => tally[o]);

    private static IEnumerable<CounterFact> Live(string id, (int Minutes, int Move)[] moves)
    {
        var now = 0;
        for (var i = 0; i < moves.Length; i++)
        {
            now += moves[i].Minutes;
            var counter = (moves[i].Move) switch
            {
                0 => Samples.Counter(id),
                1 or 2 => Samples.Counter(id, CounterStatus.Break, "op-1"),
                _ => Samples.Counter(id, CounterStatus.Open, $"op-{moves[i].Move % 2}"),
            };
            yield return counter.At(now, i + 1);
        }
    }

    // From the last state of each ticket alone.
    private static Dictionary<string, (double Busy, int Services)> Expected(
        List<TicketState> tickets,
        TimeRange range,
        DateTimeOffset now,
        Func<TicketState, string?> key
    )
    {
        var figures = new Dictionary<string, (double Busy, int Services)>();
        foreach (var ticket in tickets)
        {
            var end = ticket.ClosedAt ?? (ticket.Status is TicketStatus.Called or TicketStatus.Serving ? now : null);
            if (ticket.Counter is null || ticket.CalledAt is not { } called || end is not { } closed || key(ticket) is not { } name)
                continue;
            // Nothing ends before it begins, whichever clock is behind.
            if (closed < called)
                closed = called;
            if (called >= range.To || closed < range.From)
                continue;
            var service = ticket.Status == TicketStatus.Served && closed < range.To ? 1 : 0;
            var (busy, services) = figures.GetValueOrDefault(name);
            figures[name] = (busy + Seconds(called, closed, range), services + service);
        }

        return figures;
    }

    private static double Seconds(DateTimeOffset from, DateTimeOffset to, TimeRange range)
    {
        var (begin, end) = (from > range.From ? from : range.From, to < range.To ? to : range.To);
        return end > begin ? (end - begin).TotalSeconds : 0;
    }

    private Task TrackAsync(int second, string userId = "user-1", string queueId = Samples.QueueId)
    {
        var at = Samples.Morning.AddSeconds(second);
        return store.TrackAsync(
            Samples.Tracked(Guid.CreateVersion7(at).ToString(), userId) with
            {
                EventType = $"type-{second}",
                QueueId = queueId,
                ReceivedAt = at,
            },
            null,
            Token
        );
    }

    private async Task<IReadOnlyList<string>> TypesAsync(TrackedFilter filter) =>
        [.. (await store.TrackedAsync(filter, null, 50, Token)).Select(t => t.EventType)];

    private async Task RollUpAsync()
    {
        while (await store.RollUpAsync(100, CancellationToken.None) == 100)
            await Task.Yield();
    }

    private Task RecordAsync(TicketState ticket) => store.RecordTicketAsync(TicketFact.Of(ticket), Token);

    private async Task<List<TicketFact>> FactsAsync(string queueId, string branchId = Branches.Main)
    {
        var facts = new List<TicketFact>();
        await store.VisitQueueAsync(branchId, queueId, Samples.Day, facts.Add, CancellationToken.None);
        return facts;
    }
}
