using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>A house of several queues and counters under random commands, and under all its counters at once.</summary>
public sealed class HouseModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly string[] Queues = ["q1", "q2", "q3"];

    // Past midnight and back, and a clock that was days ahead.
    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(13),
        TimeSpan.FromHours(-13),
        TimeSpan.FromDays(3),
        TimeSpan.FromDays(-3),
    ];
    private static readonly string[] Allowed =
    [
        ErrorCodes.CounterBusy,
        ErrorCodes.CounterTaken,
        ErrorCodes.InvalidTransition,
        ErrorCodes.QueueFull,
        ErrorCodes.ValidationFailed,
    ];

    private enum Kind
    {
        Take,
        TakeUrgent,
        Next,
        DoneAndNext,
        NextOfQueue,
        Chosen,
        Serve,
        Miss,
        Requeue,
        Park,
        Transfer,
        Rename,
        Break,
        Open,
        TakeOver,
        Close,
        ChangeRule,
        Prioritize,
        Redefine,
        MoveClock,
        Replace,
    }

    [Fact]
    public async Task Whatever_is_done_a_counter_holds_one_ticket_and_calls_whom_its_rule_says() =>
        await Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 9])
            .Array[1, 80]
            .SampleAsync(
                async commands =>
                {
                    await using var host = await StartAsync();
                    var house = new House(host);
                    await house.FurnishAsync();
                    foreach (var (kind, desk, queue, pick) in commands)
                    {
                        host.Time.Advance(TimeSpan.FromSeconds(1));
                        await house.DoAsync(kind, desk, Queues[queue], pick);
                        await house.CheckAsync();
                    }
                },
                iter: 20,
                threads: 2
            );

    [Fact]
    public async Task Forty_counters_on_ten_queues_call_each_of_400_once_and_none_ever_holds_two()
    {
        await using var host = await StartAsync();
        var desk = host.Services.GetRequiredService<TicketDesk>();
        var calls = host.Services.GetRequiredService<CallDesk>();
        var counters = host.Services.GetRequiredService<CounterDesk>();
        var queues = Enumerable.Range(1, 10).Select(n => $"hall{n}").ToList();
        foreach (var queue in queues)
            await host.DefineAsync(Some.Queue(queue));
        for (var i = 0; i < 400; i++)
            await desk.TakeAsync(queues[i % 10], new NewTicket { Id = "" }, Staff("op"), null, Token);
        var called = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(Enumerable.Range(1, 40), new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (n, token) =>
        {
            var me = Staff($"op{n}");
            var serves = queues.Where((_, i) => i % 4 == n % 4 || i == n % 10).Select((q, i) => new QueueRank(q, i + 1)).ToList();
            var counter = await counters.CreateAsync(
                new CounterDefinition(Branches.Main, $"{n}", serves, n % 2 == 0 ? CounterRule.Oldest : CounterRule.Ranked),
                me,
                null,
                token
            );
            await counters.OpenAsync(counter.Id, takeOver: false, me, null, token);
            while (await calls.NextAtCounterAsync(counter.Id, complete: true, me, null, token) is { } next)
            {
                called.Enqueue(next.Id);
                // What the counter holds is this one and no other.
                Assert.Equal(next.Id, (await counters.ReadAsync(counter.Id, me, token)).TicketId);
            }
        });

        Assert.Equal(400, called.Count);
        Assert.Equal(400, called.Distinct().Count());
        foreach (var queue in queues)
            Assert.Empty(await host.Store.OpenAsync(queue, Token));
    }

    private static Caller Staff(string id) => new(id, Roles.Operator, null);

    private static async Task<TicketsHost> StartAsync()
    {
        var host = await TicketsHost.StartAsync();
        foreach (var queue in Queues)
            await host.DefineAsync(Some.Queue(queue, capacity: 6));
        return host;
    }

    private sealed class House(TicketsHost host)
    {
        private readonly TicketDesk tickets = host.Services.GetRequiredService<TicketDesk>();
        private readonly CallDesk calls = host.Services.GetRequiredService<CallDesk>();
        private readonly CounterDesk counters = host.Services.GetRequiredService<CounterDesk>();
        private readonly TicketQueries queries = host.Services.GetRequiredService<TicketQueries>();
        private readonly List<string> desks = [];
        private readonly string[] prefixes = ["A", "B", "C"];
        private int renames;
        private int definitions;

        public async Task FurnishAsync()
        {
            for (var n = 0; n < 3; n++)
            {
                // The first serves one queue, the second two, the third any.
                var serves = Queues.Take(n < 2 ? n + 1 : 0).Select((q, i) => new QueueRank(q, 2 - i)).ToList();
                var made = await counters.CreateAsync(
                    new CounterDefinition(Branches.Main, $"desk {n}", serves, CounterRule.Oldest),
                    Of(n),
                    null,
                    default
                );
                desks.Add(made.Id);
                await counters.OpenAsync(made.Id, takeOver: false, Of(n), null, default);
            }
        }

        public async Task DoAsync(Kind kind, int desk, string queue, int pick)
        {
            var counter = await counters.FindAsync(desks[desk], Of(desk), default);
            var me = Of(desk);
            var held = await host.Store.HeldByAsync(counter.Id, default);
            var waiting = (await LinesAsync([queue])).SelectMany(l => l).ToList();
            var one = waiting.Count == 0 ? null : waiting[pick % waiting.Count].Id;
            try
            {
                switch (kind)
                {
                    case Kind.Take or Kind.TakeUrgent:
                        await tickets.TakeAsync(queue, new NewTicket { Id = "", Priority = kind == Kind.Take ? 0 : 1 }, me, null, default);
                        break;
                    case Kind.Next or Kind.DoneAndNext:
                        var from = counter.Queues.Count == 0 ? Queues : [.. counter.Queues.Select(q => q.QueueId)];
                        var firsts = new List<Ticket>();
                        foreach (var line in await LinesAsync(from))
                        {
                            if (line.Count > 0)
                                firsts.Add((await host.Store.FindAsync(line[0].Id, default))!);
                        }

                        var expected = firsts
                            .OrderBy(t =>
                                counter.Rule == CounterRule.Ranked ? counter.Queues.FirstOrDefault(q => q.QueueId == t.QueueId)?.Rank : 0
                            )
                            .ThenBy(t => t.Order)
                            .ThenBy(t => t.Id, StringComparer.Ordinal)
                            .FirstOrDefault();
                        var next = await calls.NextAtCounterAsync(counter.Id, kind == Kind.DoneAndNext, me, null, default);
                        Assert.Equal(expected?.Id, next?.Id);
                        if (held is not null)
                            Assert.Equal(TicketStatus.Served, (await host.Store.FindAsync(held.Id, default))!.Status);
                        break;
                    case Kind.NextOfQueue:
                        var first = await calls.NextOfQueueAsync(queue, counter.Name, complete: false, me, null, default);
                        Assert.Equal(waiting.FirstOrDefault()?.Id, first?.Id);
                        break;
                    case Kind.Chosen when one is not null:
                        Assert.Equal(one, (await calls.ChosenAsync(counter.Id, one, complete: false, me, null, default)).Id);
                        break;
                    case Kind.Serve when held is not null:
                        await tickets.MoveAsync(held.Id, TicketStatus.Served, null, null, me, null, null, default);
                        break;
                    case Kind.Miss when held is not null:
                        await tickets.MoveAsync(held.Id, TicketStatus.NoShow, null, null, me, null, null, default);
                        break;
                    case Kind.Requeue when held is not null:
                        await tickets.RequeueAsync(held.Id, me, null, pick, null, null, default);
                        break;
                    case Kind.Park when held is not null:
                        await tickets.ParkAsync(held.Id, null, me, null, null, default);
                        break;
                    case Kind.Transfer when held is not null:
                        await tickets.TransferAsync(held.Id, queue, null, me, null, null, default);
                        break;
                    case Kind.Rename:
                        await ChangeAsync(counter, d => d with { Name = $"renamed {renames++}" });
                        Assert.Equal(held?.Id, (await counters.ReadAsync(counter.Id, me, default)).TicketId);
                        break;
                    case Kind.Break:
                        await counters.BreakAsync(counter.Id, "tea", me, null, default);
                        break;
                    case Kind.Open:
                        await counters.OpenAsync(counter.Id, takeOver: false, me, null, default);
                        break;
                    case Kind.TakeOver:
                        await counters.OpenAsync(counter.Id, takeOver: true, Of(pick), null, default);
                        break;
                    case Kind.Close:
                        await counters.CloseAsync(counter.Id, me, null, default);
                        break;
                    case Kind.Prioritize when one is not null:
                        await tickets.CorrectAsync(one, byStaff: true, d => d with { Priority = pick % 3 }, me, null, null, default);
                        break;
                    case Kind.Redefine:
                        await RedefineAsync(queue, pick);
                        break;
                    case Kind.MoveClock:
                        host.Time.AdjustTime(host.Time.GetUtcNow() + Jumps[pick % Jumps.Length]);
                        break;
                    case Kind.Replace:
                        await counters.DeleteAsync(counter.Id, null, me, default);
                        desks[desk] = (await counters.CreateAsync(CounterDesk.DefinitionOf(counter), me, null, default)).Id;
                        await counters.OpenAsync(desks[desk], takeOver: false, me, null, default);
                        break;
                    case Kind.ChangeRule:
                        await ChangeAsync(counter, d =>
                            d with
                            {
                                Rule = d.Rule == CounterRule.Oldest ? CounterRule.Ranked : CounterRule.Oldest,
                            }
                        );
                        break;
                }
            }
            catch (RefusedException e)
            {
                Assert.Contains(e.Code, Allowed);
                // Nothing half-done: who was at the counter is there still.
                Assert.Equal(held?.Id, (await host.Store.HeldByAsync(counter.Id, default))?.Id);
            }
        }

        public async Task CheckAsync()
        {
            var open = new List<Ticket>();
            foreach (var queue in Queues)
                open.AddRange(await host.Store.OpenAsync(queue, default));
            // A visit goes on as one ticket at a time, and no number of a day was given twice.
            Assert.All(open.GroupBy(t => t.VisitId), g => Assert.Single(g));
            var all = await host.Store.ListAsync(new TicketFilter(null, null, null, null, null), PageRequest.First(1000), default);
            Assert.All(all.Where(t => t.Issued).GroupBy(t => (t.BranchId, t.ServiceDay, t.TicketNumber)), g => Assert.Single(g));
            var atCounters = open.Where(t => t.Status.HoldsCounter()).ToList();
            Assert.All(atCounters.GroupBy(t => t.CounterId), g => Assert.Single(g));
            foreach (var view in (await counters.ListAsync(null, PageRequest.First(50), default)).Items)
            {
                Assert.Equal(atCounters.SingleOrDefault(t => t.CounterId == view.Id)?.Id, view.TicketId);
                Assert.Equal(view.State == CounterStatus.Closed, view.OperatorId is null);
            }
        }

        private static Caller Of(int desk) => Staff($"op{desk}");

        private Task ChangeAsync(Counter counter, Func<CounterDefinition, CounterDefinition> change) =>
            counters.DefineAsync(counter.Id, null, c => change(CounterDesk.DefinitionOf(c)), Staff("admin"), default);

        // As it may be corrected in a running day: a prefix no other queue has at the moment, numbers that go on or begin again, another
        // zone, and what priority is worth.
        private async Task RedefineAsync(string queue, int pick)
        {
            var place = Array.IndexOf(Queues, queue);
            var free = ((string[])["A", "B", "C", "D"]).Except(prefixes).First();
            if (pick % 2 == 0)
                prefixes[place] = free;
            await host.DefineAsync(
                Some.Queue(queue, capacity: 6) with
                {
                    Prefix = prefixes[place],
                    NumberReset = pick % 3 == 0 ? NumberReset.Never : NumberReset.Daily,
                    TimeZone = pick > 6 ? "Pacific/Auckland" : "UTC",
                    PriorityHeadStart = pick > 4 ? 60 * pick : null,
                    Version = 2 + ++definitions,
                }
            );
        }

        // Who waits, in calling order.
        private async Task<IReadOnlyList<IReadOnlyList<TicketView>>> LinesAsync(IReadOnlyList<string> queues)
        {
            var lines = new List<IReadOnlyList<TicketView>>();
            foreach (var queue in queues)
            {
                var line = await queries.LineAsync(queue, PageRequest.First(50), default);
                lines.Add([.. line.Items.Where(t => t.Status == TicketStatus.Waiting)]);
            }

            return lines;
        }
    }
}
