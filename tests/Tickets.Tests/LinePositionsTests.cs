using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class LinePositionsTests
{
    [Fact]
    public async Task Where_everyone_stands_is_told_as_the_tickets_themselves_say()
    {
        await using var host = await TicketsHost.StartAsync();
        var first = await host.TakeAsync();
        var second = await host.TakeAsync();

        var line = await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 2);

        Assert.Equal([Text(first, "id"), Text(second, "id")], line.TicketIds);
        Assert.True(line.Whole);
        foreach (var (id, at) in line.TicketIds.Select((id, at) => (id, at)))
        {
            var ticket = await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{id}"));
            Assert.Equal(at + 1, ticket.GetProperty("position").GetInt32());
            Assert.Equal(line.Waits[at], ticket.GetProperty("estimatedWaitTime").GetInt32());
            Assert.Equal(line.Lows[at], ticket.GetProperty("estimatedWaitLow").GetInt32());
            Assert.Equal(line.Highs[at], ticket.GetProperty("estimatedWaitHigh").GetInt32());
        }

        var eta = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/api/queues/q1/eta"));
        Assert.Equal(line.NewcomerWait, eta.GetProperty("estimatedWaitTime").GetInt32());
        Assert.Equal(
            line.Newcomer,
            new NewcomerPromise(
                eta.GetProperty("low").GetInt32(),
                eta.GetProperty("high").GetInt32(),
                Text(eta, "confidence")!,
                eta.GetProperty("ahead").GetInt32(),
                Text(eta, "basis")!
            )
        );
    }

    [Fact]
    public async Task That_nobody_is_there_any_more_is_told_once_and_a_line_that_stands_still_again_and_again()
    {
        await using var host = await TicketsHost.StartAsync();
        var ticket = await host.TakeAsync();
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 1);
        host.Published.Clear();

        host.Time.Advance(LinePositionsPublisher.Repeat);
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 1);

        host.Published.Clear();
        await host.CallNextAsync();
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 0);
        host.Published.Clear();
        // One is at the counter yet, and the next waits for that.
        host.Time.Advance(LinePositionsPublisher.Repeat);
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 0);

        host.Published.Clear();
        await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Put, $"/api/tickets/{Text(ticket, "id")}", new { status = "served" }));
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 0);
        host.Published.Clear();
        host.Time.Advance(LinePositionsPublisher.Repeat);
        // Behind it on the bus.
        await host.DefineAsync(Some.Queue("q2"));
        await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId = "q2" }),
            System.Net.HttpStatusCode.Created
        );
        await ToldAsync<LinePositionsChanged>(host, l => l.QueueId == "q2");
        Assert.DoesNotContain(host.Published.Of<LinePositionsChanged>(), l => l.QueueId == "q1");
        Assert.Equal(
            "served",
            Text(await AnswerAsync(await SendAsync(host.Operator, HttpMethod.Get, $"/api/tickets/{Text(ticket, "id")}")), "status")
        );
    }

    [Fact]
    public async Task A_line_that_stands_still_is_told_again_after_events_may_have_been_missed()
    {
        await using var host = await TicketsHost.StartAsync();
        await host.TakeAsync();
        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 1);

        host.Services.GetRequiredService<LineForecasts>().Forget();
        host.Published.Clear();

        await Eventually.TrueAsync(() =>
        {
            host.Time.Advance(LinePositionsPublisher.Repeat);
            return Task.FromResult(host.Published.Of<LinePositionsChanged>().Any(l => l.TicketIds.Count == 1));
        });
    }

    [Fact]
    public async Task Of_a_long_line_the_first_are_told_each_time_and_all_of_them_now_and_then()
    {
        await using var host = await TicketsHost.StartAsync(Some.Queue(with: q => q with { MaxActiveTickets = 1000 }));
        for (var i = 0; i <= LinePositionsPublisher.Head; i++)
            await host.TakeAsync(host.Operator);

        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count > LinePositionsPublisher.Head);
        host.Published.Clear();
        await host.CallNextAsync("1");
        await host.TakeAsync(host.Operator);
        await host.TakeAsync(host.Operator);
        var some = await ToldAsync<LinePositionsChanged>(host, l => !l.Whole);

        Assert.Equal(LinePositionsPublisher.Head, some.TicketIds.Count);
        await ToldAsync<LinePositionsChanged>(host, l => l.Whole && l.TicketIds.Count == LinePositionsPublisher.Head + 2);
    }

    [Fact]
    public async Task A_burst_of_changes_is_told_a_few_times_and_as_it_ended()
    {
        await using var host = await TicketsHost.StartAsync();
        for (var i = 0; i < 50; i++)
            await host.TakeAsync(host.Operator);

        await ToldAsync<LinePositionsChanged>(host, l => l.TicketIds.Count == 50);

        Assert.InRange(host.Published.Of<LinePositionsChanged>().Count, 1, 25);
    }

    [Fact]
    public async Task Who_is_expected_and_will_be_called_late_is_told_of_again_and_again_and_nobody_where_none_may_book()
    {
        await using var host = await TicketsHost.StartAsync();
        var booking = new BookingRules
        {
            SlotLength = 600,
            Places = 1,
            Earliest = 0,
            Latest = 0,
            Horizon = 30,
            Early = 900,
            Late = 600,
            InARow = 1,
        };
        await host.DefineAsync(Some.Queue(with: q => q with { Version = 2, AverageServiceTime = 3600, Booking = booking }));
        await host.DefineAsync(Some.Queue("q2", with: q => q with { AverageServiceTime = 3600 }));
        var soon = host.Time.GetUtcNow().AddMinutes(5);
        var bookings = host.Services.GetRequiredService<IBookingStore>();
        foreach (var queueId in (string[])["q1", "q2"])
        {
            await bookings.SaveAsync(new Booking("of-" + queueId, queueId, soon, Expected: true, 1), TestContext.Current.CancellationToken);
            await AnswerAsync(
                await SendAsync(host.Guest, HttpMethod.Post, "/api/tickets", new { queueId }),
                System.Net.HttpStatusCode.Created
            );
        }

        await host.CallNextAsync();
        host.Time.Advance(DelaysPublisher.Interval);
        var first = await ToldAsync<AppointmentsDelayed>(host, _ => true);
        Assert.Equal(("q1", soon), (first.QueueId, Assert.Single(first.Delays).Start));
        Assert.InRange(first.Delays[0].Seconds, 2400, 3600);
        host.Published.Clear();
        host.Time.Advance(DelaysPublisher.Interval);
        var second = await ToldAsync<AppointmentsDelayed>(host, _ => true);
        Assert.NotEqual(first.EventId, second.EventId);
        Assert.DoesNotContain(host.Published.Of<AppointmentsDelayed>(), d => d.QueueId == "q2");
    }

    /// <summary>Lets time pass until one was told that fits.</summary>
    private static async Task<T> ToldAsync<T>(TicketsHost host, Func<T, bool> fits)
        where T : class
    {
        T? found = null;
        await Eventually.TrueAsync(() =>
        {
            found = host.Published.Of<T>().LastOrDefault(fits);
            if (found is null)
                host.Time.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(found is not null);
        });
        return found!;
    }
}
