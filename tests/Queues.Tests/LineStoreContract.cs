using CsCheck;
using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

/// <summary>What every store of the projection promises.</summary>
public abstract class LineStoreContract : IAsyncDisposable
{
    private static readonly LineQuery Today = new("q", Sample.Now, Sample.Now.AddHours(3));

    private protected abstract Task<ILineStore> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_histories_shuffled_and_repeated_give_the_figures_computed_directly()
    {
        var store = await OpenAsync();
        var run = 0;
        await Histories.Any.SampleAsync(
            async history =>
            {
                // Each run has queues of its own in the one store.
                var prefix = $"{Interlocked.Increment(ref run)}-";
                var events = history
                    .Deliveries.Select(e => LineTicket.Of(e))
                    .Select(t => t with { Id = prefix + t.Id, QueueId = prefix + t.QueueId })
                    .ToList();
                foreach (var ticket in events)
                    await store.SaveAsync(ticket, Token);

                var queries = Histories
                    .Queues.Select(q => new LineQuery(
                        prefix + q,
                        Sample.Now.AddHours(history.DayStartHour),
                        Sample.Now.AddHours(history.DayStartHour + 1)
                    ))
                    .ToList();
                var figures = await store.ReadAsync(queries, Token);

                var latest = events.GroupBy(t => t.Id).Select(g => g.MaxBy(t => t.Version)!).ToList();
                foreach (var query in queries)
                    Assert.Equivalent(Histories.Direct(latest, query), Sorted(figures[query.QueueId]), strict: true);
                return true;
            },
            iter: 150,
            threads: 1
        );
    }

    [Fact]
    public async Task Who_waits_is_read_in_calling_order_a_told_place_before_the_join_time()
    {
        var store = await OpenAsync();
        LineTicket[] tickets =
        [
            Sample.Ticket("tenth") with
            {
                Number = 10,
            },
            Sample.Ticket("second") with
            {
                Number = 2,
            },
            Sample.Ticket("earlier") with
            {
                Number = 11,
                CreatedAt = Sample.Now.AddMinutes(-1),
                QueuedAt = Sample.Now.AddMinutes(-1),
            },
            Sample.Ticket("priority") with
            {
                Number = 12,
                Priority = 1,
                Order = -1,
            },
            Sample.Ticket("deferred") with
            {
                CreatedAt = Sample.Now.AddHours(-1),
                Order = 25,
            },
            Sample.Ticket("told") with
            {
                Order = 10,
            },
            Sample.Ticket("parked", status: TicketStatus.Parked) with
            {
                QueuedAt = Sample.Now.AddHours(-2),
            },
        ];
        foreach (var ticket in tickets)
            await store.SaveAsync(ticket, Token);

        var figures = (await store.ReadAsync([Today], Token))["q"];

        Assert.Equal(["priority", "told", "deferred", "earlier", "second", "tenth"], figures.Waiting);
        Assert.Equal(Sample.Now.AddMinutes(-1), figures.WaitingSince);
        Assert.Equal("parked", Assert.Single(figures.Others).Id);
    }

    [Fact]
    public async Task The_first_moment_of_a_day_and_of_a_counters_time_belongs_to_it()
    {
        var store = await OpenAsync();
        var just = TimeSpan.FromMilliseconds(1);
        LineTicket Served(string id, DateTimeOffset at, string counter) =>
            Sample.Ticket(id, status: TicketStatus.Served) with
            {
                TicketNumber = id,
                Counter = counter,
                CalledAt = at,
                ClosedAt = at,
                WaitMs = 2,
                ServiceMs = 3,
            };
        await store.SaveAsync(Served("yesterday", Today.DayStart - just, "1"), Token);
        await store.SaveAsync(Served("first", Today.DayStart, "2"), Token);

        var figures = (await store.ReadAsync([Today], Token))["q"];
        Assert.Equal((1, 1, 2L, 1, 3L), (figures.ServedToday, figures.Waits, figures.WaitMs, figures.Services, figures.ServiceMs));
        Assert.Equal("first", figures.CurrentNumber);
        Assert.Empty(figures.RecentCounters);

        await store.SaveAsync(Served("before", Today.CountersSince - just, "3"), Token);
        await store.SaveAsync(Served("since", Today.CountersSince, "4"), Token);

        Assert.Equal(["4"], (await store.ReadAsync([Today], Token))["q"].RecentCounters);
    }

    [Fact]
    public async Task Of_those_called_in_one_millisecond_the_highest_number_is_the_current_one()
    {
        var store = await OpenAsync();
        foreach (var (id, number) in new[] { ("b", 2), ("c", 3), ("a", 3), ("d", 1) })
            await store.SaveAsync(
                Sample.Ticket(id, status: TicketStatus.Called) with
                {
                    Number = number,
                    TicketNumber = id,
                    Counter = "1",
                    CalledAt = Sample.Now,
                },
                Token
            );

        Assert.Equal("c", (await store.ReadAsync([Today], Token))["q"].CurrentNumber);
    }

    [Fact]
    public async Task A_ticket_keeps_its_highest_version()
    {
        var store = await OpenAsync();
        await store.SaveAsync(Sample.Ticket("t", status: TicketStatus.Parked, version: 3), Token);
        await store.SaveAsync(Sample.Ticket("t", version: 2), Token);
        await store.SaveAsync(Sample.Ticket("t", status: TicketStatus.Called, version: 3), Token);

        var figures = (await store.ReadAsync([Today], Token))["q"];

        Assert.Empty(figures.Waiting);
        Assert.Equal(TicketStatus.Parked, Assert.Single(figures.Others).Status);
    }

    [Fact]
    public async Task Of_saves_at_once_the_highest_version_stays()
    {
        var store = await OpenAsync();

        await Task.WhenAll(
            Enumerable
                .Range(1, 24)
                .Select(v => Task.Run(() => store.SaveAsync(Sample.Ticket("t", status: TicketStatus.Parked, version: v), Token), Token))
        );

        Assert.Equal(24, Assert.Single((await store.ReadAsync([Today], Token))["q"].Others).Version);
    }

    [Fact]
    public async Task A_ticket_comes_back_as_it_was_kept()
    {
        var store = await OpenAsync();
        var ticket = Sample.Ticket("t", status: TicketStatus.Called) with
        {
            TicketNumber = "VIP-1200",
            Number = 1200,
            Priority = 5,
            Order = -7,
            Counter = "Desk 2",
            CalledAt = Sample.Now.AddMilliseconds(61_007),
            WaitMs = 61_007,
        };
        await store.SaveAsync(ticket, Token);

        Assert.Equivalent(ticket, Assert.Single((await store.ReadAsync([Today], Token))["q"].Others), strict: true);
    }

    [Fact]
    public async Task A_queue_without_tickets_has_no_figures()
    {
        var store = await OpenAsync();

        Assert.Equivalent(LineFigures.None, (await store.ReadAsync([Today], Token))["q"], strict: true);
        Assert.Empty(await store.ReadAsync([], Token));
    }

    [Fact]
    public async Task A_dropped_queue_takes_its_tickets_along_and_no_others()
    {
        var store = await OpenAsync();
        await store.SaveAsync(Sample.Ticket("mine"), Token);
        await store.SaveAsync(Sample.Ticket("yours", "other"), Token);

        await store.DropQueueAsync("q", Token);

        var left = await store.ReadAsync([Today, Today with { QueueId = "other" }], Token);
        Assert.Empty(left["q"].Waiting);
        Assert.Single(left["other"].Waiting);
    }

    [Fact]
    public async Task Tickets_closed_long_ago_are_dropped_and_active_ones_never()
    {
        var store = await OpenAsync();
        var closed = Sample.Ticket("old", status: TicketStatus.Served) with { ClosedAt = Sample.Now, ServiceMs = 1 };
        await store.SaveAsync(closed, Token);
        await store.SaveAsync(closed with { Id = "new", ClosedAt = Sample.Now.AddDays(1) }, Token);
        await store.SaveAsync(Sample.Ticket("active"), Token);

        Assert.Equal(1, await store.DropClosedAsync(Sample.Now.AddHours(1), Token));
        Assert.Equal(0, await store.DropClosedAsync(Sample.Now.AddHours(1), Token));

        var figures = (await store.ReadAsync([Today], Token))["q"];
        Assert.Equal(1, figures.ServedToday);
        Assert.Single(figures.Waiting);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static LineFigures Sorted(LineFigures figures) =>
        figures with
        {
            Others = [.. figures.Others.OrderBy(t => t.Id, StringComparer.Ordinal)],
            RecentCounters = [.. figures.RecentCounters.Order(StringComparer.Ordinal)],
        };
}
