using System.Diagnostics;
using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Benchmarks;

/// <summary>
/// A line of 10,000 that has learned from 10,000 services at ten counters: what a place, an estimate and an event cost, each against a
/// limit of a millisecond.
/// </summary>
internal static class EstimatesBenchmark
{
    private const int Served = 10_000;
    private const int Waiting = 10_000;
    private const int Counters = 10;
    private const int Asked = 2_000;
    private static readonly Figure Limit = new(1_000, "µs");
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

    public static Task RunAsync(Run run)
    {
        var random = new Random(1);
        var (tickets, events) = Day(random);
        var now = events[^1].OccurredAt;

        var followed = New();
        var costs = new List<TimeSpan>();
        foreach (var e in events)
            costs.Add(Timed(() => followed.Apply(e.Ticket, e.OccurredAt)));
        Row("event", "an event", costs[^Asked..]);

        var learn = followed.BeginLearning(now)!;
        learn();
        var waiting = tickets.Where(t => t.Status == TicketStatus.Waiting).Select(t => t.Id).ToList();
        var chosen = Enumerable.Range(0, Asked).Select(_ => waiting[random.Next(waiting.Count)]).ToList();
        Row("place", $"the place of any of {waiting.Count}", [.. chosen.Select(id => Timed(() => followed.Ahead(id, now)))]);
        Row(
            "estimate",
            "place and estimate",
            [.. chosen.Select(id => Timed(() => followed.Estimate(id, 0, followed.Ahead(id, now)!.Value, now)))]
        );
        Row("first", "the same for the first 50", First());
        Row(
            "event-learned",
            "an event, learned",
            [.. Calls(tickets, now).Select(e => Timed(() => followed.Apply(e.Ticket, e.OccurredAt)))]
        );
        for (var counter = 0; counter < Counters; counter++)
            followed.Apply(Opened(counter), deleted: false, now);
        Row("first-counters", "the first 50, told of counters", First());
        return Task.CompletedTask;

        List<TimeSpan> First() =>
            [
                .. waiting
                    .Where(id => followed.Ahead(id, now) is not null)
                    .Take(50)
                    .SelectMany(id => Enumerable.Repeat(id, Asked / 50))
                    .Select(id => Timed(() => followed.Estimate(id, 0, followed.Ahead(id, now)!.Value, now))),
            ];

        void Row(string id, string what, List<TimeSpan> times) =>
            run.Add(
                new()
                {
                    Id = "estimates." + id,
                    What = what + ", 99 of 100",
                    Ours = new(times.Order().ElementAt(times.Count * 99 / 100).TotalMicroseconds, "µs"),
                    Against = Limit,
                    AgainstWhat = "limit",
                    Better = Better.Lower,
                    Aim = 1,
                }
            );
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
