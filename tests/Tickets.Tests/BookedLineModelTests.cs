using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Tests;

/// <summary>Arrivals for appointments among walk-ins, compared with a model that says of each call who is next, and of the line in which
/// order it would call them now.</summary>
public sealed class BookedLineModelTests
{
    private static readonly Caller Staff = new("op", Roles.Operator, null);

    private enum Kind
    {
        Take,
        ArriveForNow,
        ArriveEarly,
        ArriveLate,
        CallNext,
        UndoCall,
        Defer,
        Cancel,
        Wait,
    }

    [Fact]
    public async Task Who_arrived_is_called_from_their_time_on_so_many_in_a_row_and_earlier_when_nobody_else_waits() =>
        await Gen.Select(Gen.Int[1, 3], Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 99], Gen.Int[1, 4]).Array[1, 60])
            .SampleAsync(
                async (inARow, commands) =>
                {
                    await using var host = await TicketsHost.StartAsync();
                    var desk = host.Services.GetRequiredService<TicketDesk>();
                    var calls = host.Services.GetRequiredService<CallDesk>();
                    var queries = host.Services.GetRequiredService<TicketQueries>();
                    var forecasts = host.Services.GetRequiredService<LineForecasts>();
                    var model = new Model(inARow);
                    var arrived = 0;
                    var called = 0;
                    foreach (var (kind, pick, n) in commands)
                    {
                        host.Time.Advance(TimeSpan.FromSeconds(1));
                        var now = host.Time.GetUtcNow();
                        switch (kind)
                        {
                            case Kind.Take:
                                model.WalkIns.Add((await desk.TakeAsync("q1", new NewTicket { Id = "" }, Staff, null, default)).Id);
                                break;
                            case Kind.ArriveForNow or Kind.ArriveEarly or Kind.ArriveLate:
                                var at = now.AddMinutes(
                                    kind == Kind.ArriveEarly ? n * 5
                                    : kind == Kind.ArriveLate ? -5 * n
                                    : 0
                                );
                                var id = $"appointment-{++arrived:000}";
                                var (ticket, made) = await desk.ArriveAsync(ArrivalOf(id, at, inARow), Staff, default);
                                Assert.True(made);
                                model.Booked.Add((id, at));
                                Assert.Equal(model.Order(now).IndexOf(id) + 1, ticket.Position);
                                var (again, madeAgain) = await desk.ArriveAsync(ArrivalOf(id, at, inARow), Staff, default);
                                Assert.Equal((id, ticket.TicketNumber, false), (again.Id, again.TicketNumber, madeAgain));
                                break;
                            case Kind.CallNext:
                                var next = await calls.NextOfQueueAsync("q1", $"{++called}", false, Staff, null, default);
                                Assert.Equal(model.Call(now), next?.Id);
                                break;
                            case Kind.UndoCall:
                                var undone = await calls.NextOfQueueAsync("q1", $"{++called}", false, Staff, null, default);
                                if (undone is null)
                                    break;
                                // A walk-in is first among walk-ins again, and who has a turn has it again; that it was called counts.
                                var booking = model.Booked.Find(b => b.Id == undone.Id);
                                Assert.Equal(model.Call(now), undone.Id);
                                await desk.RequeueAsync(undone.Id, Staff, null, 0, null, null, default);
                                if (undone.AppointmentAt is not null && booking.Id is not null)
                                    model.Booked.Add(booking);
                                else
                                    model.WalkIns.Insert(0, undone.Id);
                                break;
                            case Kind.Defer:
                                if (Pick(pick) is not { } later)
                                    break;
                                await desk.DeferAsync(later, Staff, null, n, null, default);
                                model.Defer(later, n, now);
                                break;
                            case Kind.Cancel:
                                if (Pick(pick) is not { } gone)
                                    break;
                                await desk.CancelAsync(gone, Staff, null, null, default);
                                model.Remove(gone);
                                break;
                            case Kind.Wait:
                                host.Time.Advance(TimeSpan.FromMinutes(n * 3));
                                now = host.Time.GetUtcNow();
                                break;
                        }

                        var order = model.Order(now);
                        var line = (await queries.LineAsync("q1", PageRequest.First(100), default)).Items.Where(t =>
                            t.Position is not null
                        );
                        Assert.Equal(order, line.OrderBy(t => t.Position).Select(t => t.Id));
                        Assert.Equal(Enumerable.Range(1, order.Count), line.Select(t => t.Position!.Value).Order());
                        var forecast = await forecasts.GetAsync(Some.Queue(), default);
                        Assert.Equal(order, forecast.Positions(int.MaxValue, now).Select(p => p.TicketId));
                        Assert.Equal(order.Take(2), forecast.Positions(2, now).Select(p => p.TicketId));
                        foreach (var waiting in (await host.Store.OpenAsync("q1", default)).Where(t => t.Status == TicketStatus.Waiting))
                            Assert.Equal(order.IndexOf(waiting.Id), await host.Store.CountAheadAsync(waiting, now, default));

                        string? Pick(int from) => Standing().Count == 0 ? null : Standing()[from % Standing().Count];

                        List<string> Standing() => model.Order(host.Time.GetUtcNow());
                    }
                },
                iter: 25,
                threads: 2
            );

    private static Arrival ArrivalOf(string id, DateTimeOffset at, int inARow) =>
        new(id, "main", "q1", new BookedTurn { At = at, InARow = inARow }, null, "Ada", null, null, null, null, "hash");

    private sealed class Model(int inARow)
    {
        private int row;

        public List<string> WalkIns { get; } = [];

        public List<(string Id, DateTimeOffset At)> Booked { get; } = [];

        public string? Call(DateTimeOffset now)
        {
            var (id, next) = Next(WalkIns, Booked, row, now);
            if (id is null)
                return null;
            Remove(id);
            row = next;
            return id;
        }

        public void Remove(string id)
        {
            WalkIns.Remove(id);
            Booked.RemoveAll(b => b.Id == id);
        }

        // Behind so many others, as soon as there is a place of a walk-in.
        public void Defer(string id, int places, DateTimeOffset now)
        {
            var ahead = Order(now).IndexOf(id) + places;
            Remove(id);
            for (var place = 0; ; place++)
            {
                WalkIns.Insert(place, id);
                if (place == WalkIns.Count - 1 || Order(now).IndexOf(id) >= ahead)
                    return;
                WalkIns.RemoveAt(place);
            }
        }

        public List<string> Order(DateTimeOffset now)
        {
            var order = new List<string>();
            var (walkIns, booked, called) = (WalkIns.ToList(), Booked.ToList(), row);
            while (true)
            {
                (var id, called) = Next(walkIns, booked, called, now);
                if (id is null)
                    return order;
                order.Add(id);
                walkIns.Remove(id);
                booked.RemoveAll(b => b.Id == id);
            }
        }

        private (string? Id, int Row) Next(
            List<string> walkIns,
            List<(string Id, DateTimeOffset At)> booked,
            int called,
            DateTimeOffset now
        )
        {
            var byTime = booked.OrderBy(b => b.At).ThenBy(b => b.Id, StringComparer.Ordinal).ToList();
            if (walkIns.Count == 0)
                return (byTime.Select(b => b.Id).FirstOrDefault(), 0);
            return byTime.Count > 0 && byTime[0].At <= now && called < inARow ? (byTime[0].Id, called + 1) : (walkIns[0], 0);
        }
    }
}
