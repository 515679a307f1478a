using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>A day of an office with 60 who booked and 200 who did not, at three desks, by the clock of a test; the same for the same seed.</summary>
public sealed class BookedDayTests
{
    private const int Desks = 3;
    private const int Booked = 60;
    private const int WalkIns = 200;
    private static readonly DateTimeOffset Opens = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromHours(8);
    private static readonly Caller Staff = new("op", Roles.Operator, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_booked_is_called_at_their_time_no_walk_in_waits_much_longer_for_it_and_both_are_told_how_long()
    {
        var (booked, walkIns) = (new List<Visit>(), new List<Visit>());
        foreach (var seed in (int[])[2026, 1])
        {
            var people = People(new Random(seed));
            var mixed = await PlayAsync(people);
            var alone = await PlayAsync([.. people.Select(p => p with { Booked = null })]);
            var (longest, before) = (Longest(mixed), Longest(alone));
            Tell($"seed {seed}: longest wait of a walk-in {longest / 60:0.0} min, without bookings {before / 60:0.0} min");
            Assert.True(longest <= 1.5 * before, $"seed {seed}: a walk-in waited {longest:0} s, without bookings {before:0} s");
            booked.AddRange(mixed.Where(v => IsBooked(v.Person)));
            walkIns.AddRange(mixed.Where(v => !IsBooked(v.Person)));
        }

        var inTime = Share(booked, v => v.CalledAt - Later(v.Person.Booked!.Value, v.Person.Comes) <= TimeSpan.FromMinutes(10));
        Tell($"{inTime:0.00} of the booked were called within 10 minutes");
        Assert.True(inTime >= 0.95, $"{inTime:0.00} of the booked were called within 10 minutes");
        foreach (var (kind, visits) in ((string, List<Visit>)[])[("booked", booked), ("walk-in", walkIns)])
        {
            var waited = visits.Where(v => v.Wait >= 60).ToList();
            var mean = waited.Average(v => v.Wait);
            var error = waited.Average(v => Math.Abs(v.Told.EstimatedWaitTime!.Value - v.Wait)) / mean;
            var within = Share(waited, v => v.Wait >= v.Told.EstimatedWaitLow && v.Wait <= v.Told.EstimatedWaitHigh);
            Tell($"{kind}: {mean / 60:0.0} min in the mean of {waited.Count}; error {error:0.00} of it, {within:0.00} within the range");
            Assert.True(within >= 0.75, $"{kind}: {within:0.00} were called within the range they were told");
            Assert.True(error <= 0.4, $"{kind}: they were told wrong by {error:0.00} of their wait");
        }
    }

    private static void Tell(FormattableString what) =>
        TestContext.Current.TestOutputHelper!.WriteLine(what.ToString(CultureInfo.InvariantCulture));

    private static bool IsBooked(Person person) => person.Number >= WalkIns;

    private static double Longest(List<Visit> visits) => visits.Where(v => !IsBooked(v.Person)).Max(v => v.Wait);

    private static List<Person> People(Random random)
    {
        var people = new List<Person>();
        for (var n = 0; n < WalkIns; n++)
            people.Add(new Person(n, Opens + random.NextDouble() * (Day - TimeSpan.FromMinutes(30)), null, Service()));
        for (var n = 0; n < Booked; n++)
        {
            // Two every quarter of an hour, most of them some minutes early.
            var slot = Opens.AddMinutes(15 * (n / 2 + 1));
            var comes = slot.AddMinutes(Math.Clamp(-8 + 6 * Normal(), -30, 10));
            people.Add(new Person(WalkIns + n, comes, slot, Service()));
        }

        return people;

        TimeSpan Service() => TimeSpan.FromSeconds(Math.Clamp(270 * Math.Exp(0.6 * Normal()), 20, 2400));

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static async Task<List<Visit>> PlayAsync(List<Person> people)
    {
        var queue = Some.Queue(capacity: 1000, with: q => q with { Booking = Rules, AverageServiceTime = 300 });
        await using var host = await TicketsHost.StartAsync(queue, at: Opens.AddMinutes(-40));
        var desk = host.Services.GetRequiredService<TicketDesk>();
        var calls = host.Services.GetRequiredService<CallDesk>();
        var bookings = host.Services.GetRequiredService<IBookingStore>();
        foreach (var person in people.Where(p => p.Booked is not null))
            await bookings.SaveAsync(new Booking(person.Id, "q1", person.Booked!.Value, true, 1), Token);
        var standing = new Dictionary<string, (Person Person, TicketView Told)>();
        var visits = new List<Visit>();
        var moments = new PriorityQueue<Func<Task>, DateTimeOffset>();
        var idle = new Queue<int>(Enumerable.Range(1, Desks));
        foreach (var person in people)
            moments.Enqueue(() => ComeAsync(person), person.Comes);
        while (moments.TryDequeue(out var happen, out var at))
        {
            if (at > host.Time.GetUtcNow())
                host.Time.SetUtcNow(at);
            await happen();
            while (idle.TryPeek(out var free) && await CallAsync(free))
                idle.Dequeue();
        }

        Assert.Equal(people.Count, visits.Count);
        return visits;

        async Task ComeAsync(Person person)
        {
            TicketView told;
            if (person.Booked is { } at)
            {
                var turn = new BookedTurn { At = at, InARow = Rules.InARow };
                var arrival = new Arrival(person.Id, "main", "q1", turn, null, "Ada", null, null, null, null, "hash");
                (told, _) = await desk.ArriveAsync(arrival, Staff, Token);
                await bookings.SaveAsync(new Booking(person.Id, "q1", at, false, 2), Token);
            }
            else
            {
                told = await desk.TakeAsync("q1", new NewTicket { Id = "" }, Staff, null, Token);
            }

            standing.Add(told.Id, (person, told));
        }

        async Task<bool> CallAsync(int counter)
        {
            if (await calls.NextOfQueueAsync("q1", $"{counter}", complete: true, Staff, null, Token) is not { } called)
                return false;
            var (person, told) = standing[called.Id];
            visits.Add(new Visit(person, told, called.CalledAt!.Value));
            moments.Enqueue(
                () =>
                {
                    idle.Enqueue(counter);
                    return Task.CompletedTask;
                },
                called.CalledAt!.Value + person.Service
            );
            return true;
        }
    }

    private static BookingRules Rules =>
        new()
        {
            SlotLength = 900,
            Places = 2,
            Earliest = 0,
            Latest = 0,
            Horizon = 7,
            Early = 1800,
            Late = 900,
            InARow = 2,
        };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static double Share(List<Visit> visits, Func<Visit, bool> that) => (double)visits.Count(that) / visits.Count;

    private sealed record Person(int Number, DateTimeOffset Comes, DateTimeOffset? Booked, TimeSpan Service)
    {
        public string Id { get; } = $"appointment-{Number:000}";
    }

    private sealed record Visit(Person Person, TicketView Told, DateTimeOffset CalledAt)
    {
        public double Wait => (CalledAt - Told.CreatedAt).TotalSeconds;
    }
}
