using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Tests;

public sealed class LineForecastTests
{
    private static readonly DateTimeOffset Now = Some.Noon.AddHours(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_rebuilt_line_promises_what_one_that_followed_the_events_does()
    {
        var (tickets, events) = Morning();
        var followed = New();
        foreach (var e in events)
            followed.Apply(e.Ticket, e.OccurredAt);
        var rebuilt = New();
        rebuilt.Rebuild(tickets, [], 0);
        var waiting = tickets.Where(t => t.Status == TicketStatus.Waiting).OrderBy(t => t.Order).ToList();
        Assert.Equal(10, waiting.Count);
        Assert.Equal(Enumerable.Range(0, 10), waiting.Select(t => followed.Ahead(t.Id, Now)!.Value));
        Assert.Equal(Enumerable.Range(0, 10), waiting.Select(t => rebuilt.Ahead(t.Id, Now)!.Value));
        Assert.Equal(followed.EstimateNewcomer(Now), rebuilt.EstimateNewcomer(Now));
        Assert.All(waiting, t => Assert.Equal(followed.Estimate(t.Id, 0, 3, Now), rebuilt.Estimate(t.Id, 0, 3, Now)));
    }

    [Fact]
    public void Repeats_and_events_that_come_late_change_nothing()
    {
        var (tickets, events) = Morning();
        var once = New();
        foreach (var e in events)
            once.Apply(e.Ticket, e.OccurredAt);
        var often = New();
        foreach (var e in events)
            often.Apply(e.Ticket, e.OccurredAt);
        foreach (var e in events.Reverse())
            often.Apply(e.Ticket, e.OccurredAt);
        Assert.Equal(once.EstimateNewcomer(Now), often.EstimateNewcomer(Now));
        Assert.All(tickets, t => Assert.Equal(once.Ahead(t.Id, Now), often.Ahead(t.Id, Now)));
    }

    [Fact]
    public void Who_is_expected_makes_the_wait_of_a_walk_in_longer_while_so_many_may_go_first_and_not_their_place()
    {
        var forecast = New();
        var (tickets, _) = Morning();
        forecast.Rebuild(tickets, [], 0);
        var last = tickets.Where(t => t.Status == TicketStatus.Waiting).MaxBy(t => t.Order)!;
        var before = forecast.Estimate(last.Id, 0, 9, Now);
        Assert.True(before.Middle > 400, $"{before.Middle}");

        var behindTwoMore = forecast.Estimate(last.Id, 0, 11, Now);
        forecast.Expect([Now.AddHours(4)], most: 1);
        Assert.Equal(before, forecast.Estimate(last.Id, 0, 9, Now));
        forecast.Expect([Now.AddMinutes(5), Now.AddMinutes(6)], most: 1);
        var two = forecast.Estimate(last.Id, 0, 9, Now);
        Assert.Equal((before.Ahead, behindTwoMore.Middle), (two.Ahead, two.Middle));
        Assert.True(two.Middle > before.Middle);
        // However many come, one goes before each walk-in.
        forecast.Expect([.. Enumerable.Repeat(Now.AddMinutes(1), 100)], most: 1);
        Assert.Equal(19, Places(forecast.Estimate(last.Id, 0, 9, Now)));
        forecast.Expect([], most: 1);
        Assert.Equal(before, forecast.Estimate(last.Id, 0, 9, Now));

        static int Places(Promise promise) => int.Parse(promise.Basis.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Who_is_expected_is_late_by_those_who_go_before_them()
    {
        var forecast = New();
        var (tickets, _) = Morning(served: 0);
        forecast.Rebuild(tickets, [], 0);
        var soon = Now.AddHours(1);
        Assert.Empty(forecast.Delays(soon, Now));

        // Five minutes each, and a walk-in between any two of them.
        DateTimeOffset[] times = [.. Enumerable.Range(1, 6).Select(m => Now.AddMinutes(m))];
        forecast.Expect(times, most: 1);
        var delays = forecast.Delays(soon, Now);
        Assert.Equal(times.TakeLast(5), delays.Select(d => d.Start));
        Assert.Equal(delays.Select(d => d.Seconds).Order(), delays.Select(d => d.Seconds));
        Assert.All(delays, d => Assert.True(d.Seconds >= 300, $"{d}"));

        // Those who come at the same time are late by the same, with fewer before them.
        forecast.Expect([.. times[..5], times[4]], most: 1);
        Assert.Equal(delays[^2], forecast.Delays(soon, Now)[^1]);
        // No walk-in goes between.
        forecast.Expect(times, most: 10);
        Assert.True(forecast.Delays(soon, Now)[^1].Seconds < delays[^1].Seconds);
        forecast.Expect(times, most: 1);
        Assert.Equal(delays.SkipLast(1), forecast.Delays(times[^2], Now));
        // Time enough for all of them.
        forecast.Expect([.. Enumerable.Range(1, 6).Select(m => Now.AddMinutes(m * 10))], most: 1);
        Assert.Empty(forecast.Delays(soon.AddHours(1), Now));
    }

    [Fact]
    public void Learning_is_due_after_enough_services_and_then_not_at_every_event()
    {
        var forecast = New();
        var (tickets, _) = Morning(served: 40);
        forecast.Rebuild(tickets, [], 0);
        Assert.Null(forecast.BeginLearning(Now));
        (tickets, _) = Morning(served: 400);
        forecast.Rebuild(tickets, [], 0);
        var learn = forecast.BeginLearning(Now);
        Assert.NotNull(learn);
        Assert.Null(forecast.BeginLearning(Now));
        learn();
        Assert.StartsWith("learned", forecast.EstimateNewcomer(Now).Basis.Split(", ")[^1], StringComparison.Ordinal);
        (tickets, _) = Morning(served: 800);
        forecast.Rebuild(tickets, [], 0);
        Assert.Null(forecast.BeginLearning(Now.AddSeconds(119)));
        Assert.NotNull(forecast.BeginLearning(Now.AddSeconds(120)));
    }

    [Fact]
    public async Task A_changed_usual_service_time_changes_the_estimates_of_a_line_in_use()
    {
        await using var host = await TicketsHost.StartAsync();
        for (var i = 0; i < 4; i++)
            await host.TakeAsync();
        Assert.Equal(1200, await EtaAsync(host));
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 2, AverageServiceTime = 60 }));
        Assert.Equal(240, await EtaAsync(host));
    }

    [Fact]
    public async Task A_restarted_service_knows_places_and_counters_at_once()
    {
        await using var host = await TicketsHost.StartAsync();
        for (var i = 0; i < 5; i++)
            await host.TakeAsync();
        await host.CallNextAsync("1");
        await host.CallNextAsync("2");
        var before = await EtaAsync(host);
        host.Services.GetRequiredService<LineForecasts>().Forget();
        Assert.Equal(before, await EtaAsync(host));
        Assert.Equal(600, before);
    }

    [Fact]
    public void A_counter_that_closes_is_not_counted_on_any_more_and_neither_after_a_rebuild()
    {
        var (tickets, events) = Morning(served: 40);
        var (first, second) = (Opened("1"), Opened("2"));
        var followed = New();
        followed.Apply(State(first), deleted: false, first.Next.Since);
        followed.Apply(State(second), deleted: false, second.Next.Since);
        foreach (var e in events)
            followed.Apply(e.Ticket, e.OccurredAt);
        var at = events[^1].OccurredAt;
        Assert.Contains(" 2 counters at work", followed.EstimateNewcomer(at).Basis, StringComparison.Ordinal);

        var closed = second.Next.Close(at, "op");
        followed.Apply(State(closed), deleted: false, at);
        // Late and again: the highest version holds.
        followed.Apply(State(second), deleted: false, second.Next.Since);
        followed.Apply(State(closed), deleted: false, at);

        var promise = followed.EstimateNewcomer(at);
        Assert.Contains(" 1 counter at work", promise.Basis, StringComparison.Ordinal);
        var rebuilt = New();
        rebuilt.Rebuild(tickets, [first.Next, closed.Next], 0);
        Assert.Equal(promise, rebuilt.EstimateNewcomer(at));
        // And from then on alike: by the events.
        var opened = closed.Next.Open("op", takeOver: false, at);
        followed.Apply(State(opened), deleted: false, at);
        rebuilt.Apply(State(opened), deleted: false, at);
        Assert.Contains(" 2 counters at work", rebuilt.EstimateNewcomer(at).Basis, StringComparison.Ordinal);
        Assert.Equal(followed.EstimateNewcomer(at), rebuilt.EstimateNewcomer(at));
    }

    [Fact]
    public void A_counter_that_serves_other_queues_or_is_deleted_is_not_counted_and_one_with_a_new_name_is_counted_once()
    {
        var forecast = New();
        var counters = new[] { Opened("1"), Opened("2"), Opened("3", "q2"), Opened("4", "q1", "q2") };
        foreach (var opened in counters)
            forecast.Apply(State(opened), deleted: false, opened.Next.Since);
        Assert.Contains(" 3 counters at work", forecast.EstimateNewcomer(Now).Basis, StringComparison.Ordinal);

        var renamed = counters[0].Next.Define(Definition("first"), Now, "boss");
        forecast.Apply(State(renamed), deleted: false, Now);
        var away = counters[3].Next.Define(Definition("4", "q2"), Now, "boss");
        forecast.Apply(State(away), deleted: false, Now);
        Assert.Contains(" 2 counters at work", forecast.EstimateNewcomer(Now).Basis, StringComparison.Ordinal);

        // The ticket was called while the counter had its former name.
        var ticket = Ticket.Issue(new NewTicket { Id = "t" }, Some.Queue(), Some.Place(1), Some.Promise, Now, null);
        forecast.Apply(((ITicketEvent)ticket.Event).Ticket, Now);
        var called = (ITicketEvent)ticket.Next.Call(new CounterRef(counters[0].Next.Id, "1"), Now, "op").Event;
        forecast.Apply(called.Ticket, Now);
        Assert.Contains(" 2 counters at work", forecast.EstimateNewcomer(Now).Basis, StringComparison.Ordinal);

        var deleted = counters[1].Next.Delete(Now, "boss");
        forecast.Apply(State(deleted), deleted: true, Now);
        Assert.Contains(" 1 counter at work", forecast.EstimateNewcomer(Now).Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_that_calls_made_and_nobody_opened_are_inferred_as_before()
    {
        var (tickets, events) = Morning(served: 40);
        var made = Enumerable.Range(1, 2).Select(n => Counter.Create($"desk-{n}", Definition($"{n}"), Some.Noon, null).Next).ToList();
        var (inferred, rebuilt) = (New(), New());
        inferred.Rebuild(tickets, [], 0);
        rebuilt.Rebuild(tickets, made, 0);
        var at = events[^1].OccurredAt;
        Assert.Contains(" 2 counters at work", inferred.EstimateNewcomer(at).Basis, StringComparison.Ordinal);
        Assert.Equal(inferred.EstimateNewcomer(at), rebuilt.EstimateNewcomer(at));
        // Another queue to serve, but still nobody sits there.
        var updated = made[0].Define(Definition("1", "q1", "q2"), at, null);
        rebuilt.Apply(State(updated), deleted: false, at);
        Assert.Equal(inferred.EstimateNewcomer(at), rebuilt.EstimateNewcomer(at));
    }

    [Fact]
    public async Task Opening_and_closing_a_counter_moves_the_estimate_and_a_restart_knows_it()
    {
        await using var host = await TicketsHost.StartAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "1", "2" })
        {
            await host.TakeAsync();
            await host.TakeAsync();
            using var made = await SendAsync(host.Admin, HttpMethod.Post, "/api/counters", new { name });
            ids.Add((await AnswerAsync(made, HttpStatusCode.Created)).GetProperty("id").GetString()!);
        }

        // Nobody is heard of: one counter is supposed, and free. Three are ahead whom it serves for 300 s each.
        Assert.Equal(1200, await EtaAsync(host));
        await AnswerAsync(await SendAsync(host.OperatorNamed("a"), HttpMethod.Post, $"/api/counters/{ids[0]}/open"));
        await AnswerAsync(await SendAsync(host.OperatorNamed("b"), HttpMethod.Post, $"/api/counters/{ids[1]}/open"));
        await Eventually.TrueAsync(async () => await EtaAsync(host) == 450);

        await AnswerAsync(await SendAsync(host.OperatorNamed("b"), HttpMethod.Post, $"/api/counters/{ids[1]}/break"));
        await Eventually.TrueAsync(async () => await EtaAsync(host) == 1200);
        host.Services.GetRequiredService<LineForecasts>().Forget();
        Assert.Equal(1200, await EtaAsync(host));
    }

    [Fact]
    public async Task What_another_process_changes_moves_places_as_soon_as_its_event_is_heard()
    {
        await using var host = await TicketsHost.StartAsync();
        var first = (await host.TakeAsync()).GetProperty("id").GetString()!;
        var second = (await host.TakeAsync()).GetProperty("id").GetString()!;
        Assert.Equal(2, await PositionAsync(host, second));
        var ticket = (await host.Store.FindAsync(first, Token))!;
        var cancelled = ticket.Cancel(null, Some.Noon, null);
        Assert.True(await host.Store.SaveAsync(cancelled, ticket.Version, null, null, Token));
        Assert.Equal(2, await PositionAsync(host, second));

        // As it comes from the broker: the bus of one process is not listened to for what this one did itself.
        await host.Services.GetRequiredService<LineForecasts>().HearAsync(cancelled.Event);
        Assert.Equal(1, await PositionAsync(host, second));
    }

    [Fact]
    public async Task A_forecast_goes_with_its_queue_and_when_nobody_has_needed_it_for_an_hour()
    {
        await using var host = await TicketsHost.StartAsync();
        var forecasts = host.Services.GetRequiredService<LineForecasts>();
        var ids = Enumerable.Range(1, 40).Select(n => $"queue-{n}").ToList();
        foreach (var id in ids)
            await host.DefineAsync(Some.Queue(id));
        foreach (var id in ids)
            await AnswerAsync(await host.Guest.GetAsync(new Uri($"/api/queues/{id}/eta", UriKind.Relative), Token));
        Assert.Equal(40, forecasts.Count);

        var bus = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var id in ids.Take(10))
            await bus.PublishAsync(
                new QueueDeleted
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = Some.Noon,
                    QueueId = id,
                    Version = 2,
                },
                Token
            );
        await Eventually.TrueAsync(() => Task.FromResult(forecasts.Count == 30));

        host.Time.Advance(TimeSpan.FromMinutes(50));
        await EtaAsync(host);
        await host.TakeAsync(body: new { queueId = "queue-40" });
        await Eventually.TrueAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(2));
            return Task.FromResult(forecasts.Count <= 2);
        });
        Assert.Equal(2, forecasts.Count);
        await AnswerAsync(await host.Guest.GetAsync(new Uri("/api/queues/queue-11/eta", UriKind.Relative), Token));
        Assert.Equal(3, forecasts.Count);
    }

    [Fact]
    public async Task What_is_promised_on_joining_is_what_the_event_tells()
    {
        await using var host = await TicketsHost.StartAsync();
        await host.TakeAsync();
        var told = await host.TakeAsync();
        var promise = (await host.Store.FindAsync(told.GetProperty("id").GetString()!, Token))!.Promise;
        Assert.Equal(
            new WaitPromise(
                told.GetProperty("estimatedWaitTime").GetInt32(),
                told.GetProperty("estimatedWaitLow").GetInt32(),
                told.GetProperty("estimatedWaitHigh").GetInt32()
            ),
            promise
        );
    }

    [Fact]
    public void What_came_of_promises_is_counted_once_and_not_again_when_a_line_is_made_anew()
    {
        var told = new List<(object? Stage, object? Held)>();
        // Other tests count at the same time, on other threads.
        var mine = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "smartqueue.estimates.promises")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) =>
            {
                if (Environment.CurrentManagedThreadId == mine)
                    told.AddRange(Enumerable.Repeat((tags[0].Value, tags[1].Value), (int)count));
            }
        );
        listener.Start();
        var (tickets, events) = Morning();
        var forecast = New();
        foreach (var e in events)
            forecast.Apply(e.Ticket, e.OccurredAt);
        var waited = tickets.Count(t => t.CalledAt - t.QueuedAt >= TimeSpan.FromSeconds(1));
        Assert.Equal(waited, told.Count(p => p.Stage is "joining"));
        Assert.Contains(told, p => p.Held is "true");
        Assert.Contains(told, p => p.Held is "false");
        told.Clear();
        New().Rebuild(tickets, [], 0);
        Assert.Empty(told);
    }

    private static CounterChange Opened(string name, params string[] queues) =>
        Counter.Create("desk-" + name, Definition(name, queues), Some.Noon, null).Next.Open("op", takeOver: false, Some.Noon);

    private static CounterDefinition Definition(string name, params string[] queues) =>
        new(Branches.Main, name, [.. queues.Select(q => new QueueRank(q, 1))], CounterRule.Oldest);

    private static CounterState State(CounterChange change) =>
        change.Event switch
        {
            CounterOpened e => e.Counter,
            CounterClosed e => e.Counter,
            CounterUpdated e => e.Counter,
            CounterDeleted e => e.Counter,
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };

    private static LineForecast New() => new("q1", 300, TimeZoneInfo.Utc);

    // People come every 15 seconds and two counters serve each for about half a minute; the last ten still wait.
    private static (IReadOnlyList<Ticket> Tickets, IReadOnlyList<ITicketEvent> Events) Morning(int served = 60)
    {
        var random = new Random(1);
        var free = new DateTimeOffset[2];
        var events = new List<ITicketEvent>();
        var tickets = new List<Ticket>();
        for (var i = 0; i < served + 10; i++)
        {
            var joined = Some.Noon.AddSeconds(i * 15);
            var change = Ticket.Issue(new NewTicket { Id = $"t{i:0000}" }, Some.Queue(), Some.Place(i + 1), Some.Promise, joined, null);
            events.Add(change.Event);
            if (i < served)
            {
                var counter = free[0] <= free[1] ? 0 : 1;
                var called = free[counter] > joined ? free[counter] : joined.AddSeconds(2);
                free[counter] = called.AddSeconds(10 + random.Next(45));
                change = change.Next.Call(Some.Desk($"{counter + 1}"), called, "op");
                events.Add(change.Event);
                change = change.Next.Serve(free[counter], "op");
                events.Add(change.Event);
            }

            tickets.Add(change.Next);
        }

        return (tickets, [.. events.OrderBy(e => e.OccurredAt).ThenBy(e => e.Version)]);
    }

    private static async Task<int> EtaAsync(TicketsHost host) =>
        (await AnswerAsync(await host.Guest.GetAsync(new Uri("/api/queues/q1/eta", UriKind.Relative), Token)))
            .GetProperty("estimatedWaitTime")
            .GetInt32();

    private static async Task<int> PositionAsync(TicketsHost host, string id) =>
        (await AnswerAsync(await host.Operator.GetAsync(new Uri($"/api/tickets/{id}", UriKind.Relative), Token)))
            .GetProperty("position")
            .GetInt32();
}
