using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Http;

namespace SmartQueue.Tickets.Tests;

/// <summary>Random commands on a line, compared with a model that is a plain sorted list.</summary>
public sealed class LineModelTests
{
    private const int Capacity = 5;
    private static readonly Caller Staff = new("op", Roles.Operator, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private enum Kind
    {
        Take,
        TakeUrgent,
        CallNext,
        Serve,
        NoShow,
        Requeue,
        Defer,
        Park,
        Unpark,
        Cancel,
    }

    [Fact]
    public async Task A_line_does_what_a_sorted_list_would_do() =>
        await Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 9], Gen.Int[1, 3])
            .Array[1, 60]
            .SampleAsync(
                async commands =>
                {
                    await using var host = await TicketsHost.StartAsync(Some.Queue(capacity: Capacity));
                    var desk = host.Services.GetRequiredService<TicketDesk>();
                    var calls = host.Services.GetRequiredService<CallDesk>();
                    var queries = host.Services.GetRequiredService<TicketQueries>();
                    // With the priority of those it stands among, which is another than its own once it let others go first.
                    var waiting = new List<(string Id, int Priority)>();
                    var stood = new Dictionary<string, int>();
                    var others = new Dictionary<string, TicketStatus>();
                    // When each was called last, and who stands since where they stood when they were.
                    var calledAt = new Dictionary<string, int>();
                    var broughtBack = new HashSet<string>();
                    var given = 0;
                    foreach (var (kind, pick, n) in commands)
                    {
                        host.Time.Advance(TimeSpan.FromSeconds(1));
                        var open = waiting.Count + others.Values.Count(s => s.IsOpen());
                        switch (kind)
                        {
                            case Kind.Take or Kind.TakeUrgent:
                                var priority = kind == Kind.Take ? 0 : 1;
                                if (open == Capacity)
                                {
                                    await RefusedAsync(ErrorCodes.QueueFull, () => TakeAsync(desk, priority));
                                    break;
                                }

                                var ticket = await TakeAsync(desk, priority);
                                Assert.Equal($"A-{++given}", ticket.TicketNumber);
                                waiting.Insert(waiting.Count(w => w.Priority >= priority), (ticket.Id, priority));
                                break;
                            case Kind.CallNext:
                                var counter = $"{n}";
                                var held = (await host.Store.OpenAsync("q1", default)).Any(t =>
                                    t.Counter == counter && t.Status.HoldsCounter()
                                );
                                if (held)
                                {
                                    await RefusedAsync(ErrorCodes.CounterBusy, () =>
                                        calls.NextOfQueueAsync("q1", counter, false, Staff, null, default)
                                    );
                                    break;
                                }

                                var called = await calls.NextOfQueueAsync("q1", counter, false, Staff, null, default);
                                Assert.Equal(waiting.Select(w => w.Id).FirstOrDefault(), called?.Id);
                                if (called is not null)
                                {
                                    stood[called.Id] = waiting[0].Priority;
                                    calledAt[called.Id] = calledAt.Count == 0 ? 1 : calledAt.Values.Max() + 1;
                                    broughtBack.Remove(called.Id);
                                    waiting.RemoveAt(0);
                                    others[called.Id] = TicketStatus.Called;
                                }

                                break;
                            case Kind.Defer:
                                if (waiting.Count == 0)
                                    break;
                                var at = pick % waiting.Count;
                                var (id, own) = waiting[at];
                                await desk.DeferAsync(id, Staff, null, n, null, default);
                                broughtBack.Remove(id);
                                waiting.RemoveAt(at);
                                Insert(waiting, id, own, at + n);
                                break;
                            case Kind.Serve:
                                await MoveAsync(TicketStatus.Called, TicketStatus.Served, t =>
                                    desk.MoveAsync(t, TicketStatus.Served, null, null, Staff, null, null, default)
                                );
                                break;
                            case Kind.NoShow:
                                await MoveAsync(TicketStatus.Called, TicketStatus.NoShow, t =>
                                    desk.MoveAsync(t, TicketStatus.NoShow, null, null, Staff, null, null, default)
                                );
                                break;
                            case Kind.Requeue:
                                if (Pick(TicketStatus.NoShow) is not { } missed)
                                    break;
                                if (open == Capacity)
                                {
                                    await RefusedAsync(ErrorCodes.QueueFull, () =>
                                        desk.RequeueAsync(missed, Staff, null, 0, null, null, default)
                                    );
                                    break;
                                }

                                var back = await desk.RequeueAsync(missed, Staff, null, 10_000, null, null, default);
                                others.Remove(missed);
                                Assert.Equal(waiting.Count + 1, back.Position);
                                Insert(waiting, missed, stood[missed], int.MaxValue);
                                break;
                            case Kind.Park:
                                await MoveAsync(TicketStatus.Called, TicketStatus.Parked, t =>
                                    desk.ParkAsync(t, null, Staff, null, null, default)
                                );
                                break;
                            case Kind.Unpark:
                                if (Pick(TicketStatus.Parked) is not { } parked)
                                    break;
                                var unparked = await desk.UnparkAsync(parked, Staff, null, null, default);
                                others.Remove(parked);
                                var place = unparked.Position!.Value - 1;
                                // It was the first when it was called. Before it stands who has a higher priority or was called even
                                // earlier, and of those who were and came back as they left, nobody stands behind it. Among them, who
                                // was put off since may stand on either side.
                                Assert.All(waiting.Take(place), w =>
                                    Assert.True(
                                        w.Priority > stood[parked] || calledAt.GetValueOrDefault(w.Id, int.MaxValue) < calledAt[parked]
                                    )
                                );
                                Assert.All(waiting.Skip(place), w =>
                                    Assert.False(
                                        w.Priority > stood[parked]
                                            || (
                                                w.Priority == stood[parked]
                                                && broughtBack.Contains(w.Id)
                                                && calledAt[w.Id] < calledAt[parked]
                                            )
                                    )
                                );
                                waiting.Insert(place, (parked, stood[parked]));
                                broughtBack.Add(parked);
                                break;
                            case Kind.Cancel:
                                if (waiting.Count == 0)
                                    break;
                                var gone = waiting[pick % waiting.Count].Id;
                                await desk.CancelAsync(gone, Staff, null, null, default);
                                waiting.RemoveAll(w => w.Id == gone);
                                others[gone] = TicketStatus.Cancelled;
                                break;
                        }

                        var line = (await queries.LineAsync("q1", PageRequest.First(Capacity), default)).Items;
                        Assert.Equal(waiting.Select(w => w.Id), line.Where(t => t.Status == TicketStatus.Waiting).Select(t => t.Id));
                        Assert.Equal(
                            Enumerable.Range(1, waiting.Count),
                            line.Where(t => t.Position is not null).Select(t => t.Position!.Value)
                        );
                        Assert.True(line.Count <= Capacity);
                        Assert.Equal(line.Count, waiting.Count + others.Values.Count(s => s.IsOpen()));

                        string? Pick(TicketStatus status) =>
                            others.Where(o => o.Value == status).Select(o => o.Key).Order().Skip(pick % 3).FirstOrDefault();

                        async Task MoveAsync(TicketStatus from, TicketStatus to, Func<string, Task> move)
                        {
                            if (Pick(from) is not { } chosen)
                                return;
                            await move(chosen);
                            others[chosen] = to;
                        }
                    }
                },
                iter: 25,
                threads: 2
            );

    [Fact]
    public async Task Who_defers_alone_keeps_the_place_and_who_defers_beside_one_brought_back_lets_the_next_go_first()
    {
        await using var host = await TicketsHost.StartAsync();
        var desk = host.Services.GetRequiredService<TicketDesk>();
        var calls = host.Services.GetRequiredService<CallDesk>();
        var queries = host.Services.GetRequiredService<TicketQueries>();
        var parked = (await TakeAsync(desk, 0)).Id;
        await calls.NextOfQueueAsync("q1", "1", false, Staff, null, Token);
        await desk.ParkAsync(parked, null, Staff, null, null, Token);
        var deferred = (await TakeAsync(desk, 0)).Id;
        await desk.DeferAsync(deferred, Staff, null, 1, null, Token);
        await desk.UnparkAsync(parked, Staff, null, null, Token);
        var next = (await TakeAsync(desk, 0)).Id;
        Assert.Equal([parked, deferred, next], (await queries.LineAsync("q1", PageRequest.First(9), Token)).Items.Select(t => t.Id));
        await desk.DeferAsync(deferred, Staff, null, 1, null, Token);
        Assert.Equal([parked, next, deferred], (await queries.LineAsync("q1", PageRequest.First(9), Token)).Items.Select(t => t.Id));
    }

    private static Task<TicketView> TakeAsync(TicketDesk desk, int priority) =>
        desk.TakeAsync("q1", new NewTicket { Id = "", Priority = priority }, Staff, null, default);

    private static async Task RefusedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(act)).Code);

    // Behind the first `behind`, or at the end: from then on among those it is put before.
    private static void Insert(List<(string Id, int Priority)> waiting, string id, int priority, int behind)
    {
        if (behind < waiting.Count)
            waiting.Insert(behind, (id, waiting[behind].Priority));
        else
            waiting.Add((id, waiting.Count == 0 ? priority : Math.Min(priority, waiting[^1].Priority)));
    }
}
