using System.Diagnostics;
using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using Spectre.Console;

namespace SmartQueue.Benchmarks;

/// <summary>
/// A line of 10,000 that has learned from 10,000 services at ten counters: what a place, an estimate and an event cost, each against a
/// limit of a millisecond, and how long it takes to make the line again and to learn.
/// </summary>
internal static class EstimatesBenchmark
{
    private const int Served = 10_000;
    private const int Waiting = 10_000;
    private const int Counters = 10;
    private const int Asked = 2_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(1);
    private static readonly DateTimeOffset Opening = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly QueueDefinition Queue = new()
    {
        Id = "q",
        Name = "Hall",
        IsActive = true,
        Prefix = "A",
        MaxActiveTickets = 100_000,
        AverageServiceTime = 120,
        SlaWaitTime = 600,
        MaxRecalls = 2,
        RejoinGrace = 900,
        NumberReset = NumberReset.Daily,
        TimeZone = "UTC",
        Counters = [],
        CreatedAt = Opening,
        UpdatedAt = Opening,
        Version = 1,
    };

    public static void Run()
    {
        var random = new Random(1);
        var (tickets, events) = Day(random);
        var now = events[^1].OccurredAt;
        var table = new Table().AddColumns("what", "median", "99 of 100", "of the limit");

        var followed = New();
        var costs = new List<TimeSpan>();
        foreach (var e in events)
            costs.Add(Timed(() => followed.Apply(e.Ticket, e.OccurredAt)));
        Row("an event", costs[^Asked..]);

        var learn = followed.BeginLearning(now)!;
        var learning = Timed(learn);
        var waiting = tickets.Where(t => t.Status == TicketStatus.Waiting).Select(t => t.Id).ToList();
        var chosen = Enumerable.Range(0, Asked).Select(_ => waiting[random.Next(waiting.Count)]).ToList();
        Row($"the place of any of {waiting.Count}", [.. chosen.Select(id => Timed(() => followed.Ahead(id)))]);
        Row("place and estimate", [.. chosen.Select(id => Timed(() => followed.Estimate(id, 0, followed.Ahead(id)!.Value, now)))]);
        Row("the same for the first 50", First());
        Row("an event, learned", [.. Calls(tickets, now).Select(e => Timed(() => followed.Apply(e.Ticket, e.OccurredAt)))]);
        for (var counter = 0; counter < Counters; counter++)
            followed.Apply(Opened(counter), deleted: false, now);
        Row("the first 50, told of counters", First());
        AnsiConsole.Write(table);

        var latest = tickets[^(Waiting + 2000)..];
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"made again of {latest.Count} tickets in {Timed(() => New().Rebuild(latest, [])).TotalMilliseconds:0} ms; learned from {Served} services in {learning.TotalMilliseconds:0} ms"
            )
        );

        List<TimeSpan> First() =>
            [
                .. waiting
                    .Where(id => followed.Ahead(id) is not null)
                    .Take(50)
                    .SelectMany(id => Enumerable.Repeat(id, Asked / 50))
                    .Select(id => Timed(() => followed.Estimate(id, 0, followed.Ahead(id)!.Value, now))),
            ];

        void Row(string what, List<TimeSpan> times)
        {
            times.Sort();
            table.AddRow(
                what,
                Microseconds(times[times.Count / 2]),
                Microseconds(times[times.Count * 99 / 100]),
                (times[times.Count * 99 / 100] / Limit).ToString("0.000", CultureInfo.InvariantCulture)
            );
        }
    }

    private static CounterState Opened(int counter)
    {
        var name = counter.ToString(CultureInfo.InvariantCulture);
        return new CounterState
        {
            Id = "desk-" + name,
            BranchId = Branches.Main,
            Name = name,
            Queues = [],
            Rule = CounterRule.Oldest,
            Status = CounterStatus.Open,
            Since = Opening,
            Version = 2,
        };
    }

    private static LineForecast New() => new("q", 120, TimeZoneInfo.Utc);

    private static TimeSpan Timed(Action act)
    {
        var begin = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(begin);
    }

    private static string Microseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:0.0} µs");

    // People come about as fast as they are served, then ten thousand at once.
    private static (List<Ticket> Tickets, List<ITicketEvent> Events) Day(Random random)
    {
        var free = Enumerable.Repeat(Opening, Counters).ToArray();
        var tickets = new List<Ticket>();
        var events = new List<ITicketEvent>();
        var at = Opening;
        for (var i = 0; i < Served + Waiting; i++)
        {
            if (i < Served)
                at = at.AddSeconds(random.NextDouble() * 24.5);
            var place = new Place(new PlaceNumber("A", i + 1, new DateOnly(2026, 3, 2)), LineOrder.OfArrival(i + 1, 0, null), 0);
            var change = Ticket.Issue(
                new NewTicket { Id = i.ToString("000000", CultureInfo.InvariantCulture) },
                Queue,
                place,
                new WaitPromise(0, 0, 0),
                at,
                null
            );
            events.Add(change.Event);
            if (i < Served)
            {
                var counter = Array.IndexOf(free, free.Min());
                var called = free[counter] > at ? free[counter] : at;
                free[counter] = called.AddSeconds(-120 * Math.Log(1 - random.NextDouble()));
                change = change.Next.Call(new CounterRef($"desk-{counter}", $"{counter}"), called, "op");
                events.Add(change.Event);
                change = change.Next.Serve(free[counter], "op");
                events.Add(change.Event);
            }

            tickets.Add(change.Next);
        }

        return (tickets, [.. events.OrderBy(e => e.OccurredAt).ThenBy(e => e.Version)]);
    }

    private static List<ITicketEvent> Calls(List<Ticket> tickets, DateTimeOffset at)
    {
        var events = new List<ITicketEvent>();
        foreach (var ticket in tickets.Where(t => t.Status == TicketStatus.Waiting).Take(Asked / 2))
        {
            at = at.AddSeconds(12);
            var call = ticket.Call(new CounterRef($"desk-{events.Count / 2 % Counters}", $"{events.Count / 2 % Counters}"), at, "op");
            events.Add(call.Event);
            events.Add(call.Next.Serve(at.AddSeconds(100), "op").Event);
        }

        return events;
    }
}
