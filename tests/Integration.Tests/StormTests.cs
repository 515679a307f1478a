using System.Net;
using System.Text.Json;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Integration.Tests;

/// <summary>
/// A process a service and a broker, of which one after another is killed under load, whichever chance takes. Each round ends by holding all
/// that happened against what the interface promises.
/// </summary>
[Collection(OnABroker.Name)]
public sealed class StormTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private const int Capacity = 8;
    private const int MaxRecalls = 3;
    private const int Clients = 6;
    private const int Operations = 30;
    private const int Accounts = 2;
    private const string Broker = "broker";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["RATE_LIMIT_PER_ADDRESS"] = "0",
        ["RATE_LIMIT_PER_ACCOUNT"] = "0",
        ["GUEST_PLACES_PER_NETWORK"] = "0",
        ["GUEST_JOINS_PER_MINUTE"] = "0",
    };

    [Fact]
    public async Task Whatever_is_killed_under_load_all_answers_fit_together_and_everything_is_counted_once()
    {
        await using var system = await SplitSystem.StartAsync(await broker.VirtualHostAsync(), Settings);
        await RoundsAsync(new(system, [system.Edge], SplitSystem.Services, InParts: false));
    }

    [Fact]
    public async Task So_they_do_with_two_processes_of_services_on_one_MongoDB()
    {
        await using var databases = await TestMongo.OwnAsync();
        await using var system = await SplitSystem.StartTwiceAsync(await broker.VirtualHostAsync(), databases.Uri, Settings);
        await RoundsAsync(
            new(system, [system.Edge, system.AddressOf("gateway2")], [.. SplitSystem.Services, .. SplitSystem.Seconds], InParts: true)
        );
    }

    private async Task RoundsAsync(House house)
    {
        using var staff = new SystemClient(house.System.Edge);
        await staff.SignInAsync();
        foreach (var n in Enumerable.Range(1, Accounts))
            await staff.ExpectAsync(
                HttpStatusCode.Created,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = $"User {n}",
                    email = $"user{n}@example.com",
                    password = SystemClient.AdminPassword,
                }
            );
        // A quorum queue that loses its node right after it was declared may not come back.
        await Task.Delay(TimeSpan.FromSeconds(5), Token);
        for (var round = 0; Rounds.More(round, 5); round++)
            await RoundAsync(house, round);
    }

    private async Task RoundAsync(House house, int round)
    {
        var (system, edges, services, inParts) = house;
        var seed = Rounds.Seed(round);
        var luck = new Random(seed);
        // Each has its turn, from where chance begins; the moment is left to chance.
        var victims = services.Append(Broker).ToList();
        var victim = victims[(Rounds.Seed(0) + (round * 3)) % victims.Count];
        // Each at every gateway: who asks again may ask another process.
        var clients = await Task.WhenAll(edges.SelectMany(edge => Enumerable.Range(0, Accounts + 1).Select(n => SignedInAsync(edge, n))));
        using var all = new Together(clients);
        var staff = clients[0];
        List<string> queues = [await DefineAsync(staff, round), await DefineAsync(staff, round)];
        // From then on the ticket service knows them, whoever is killed.
        foreach (var queue in queues)
            await Eventually.TrueAsync(async () =>
            {
                using var line = await staff.SendAsync(HttpMethod.Get, $"/api/queues/{queue}/tickets");
                return line.IsSuccessStatusCode;
            });
        var asked = 0;
        var load = new LineLoad(queues, [$"{round}a", $"{round}b", $"{round}c"], Accounts, (account, request) =>
            clients[((uint)Interlocked.Increment(ref asked) % edges.Count * (Accounts + 1)) + (account ?? 0)].SendAsync(request)
        );
        var running = Task.WhenAll(Enumerable.Range(0, Clients).Select(c => load.RunAsync(Operations, new Random(seed * 100 + c))));
        var after = luck.Next(10, Clients * Operations / 2);
        await Eventually.TrueAsync(() => Task.FromResult(load.History.Count >= after || running.IsCompleted), Limit);
        await KillAsync(system, victim);
        await Task.Delay(luck.Next(0, 1000), Token);
        await StartAsync(system, victim);
        await running.WaitAsync(Limit, Token);
        Rounds.Tell(
            $"Round {round}, seed {seed}: killed {victim} after {after} of {load.History.Count} operations; {load.Repeats} were asked again."
        );
        load.IsLinearizable(Capacity, MaxRecalls, $"Round {round}, seed {seed}, killed {victim}", inParts);
        await NobodyIsLostAsync(staff, queues, inParts ? load.TakenAgain : 0, $"Round {round}, seed {seed}, killed {victim}");
        foreach (var queue in queues)
            await AllHoldsAsync(system, staff, queue, $"Round {round}, seed {seed}, killed {victim}, queue {queue}");
    }

    // Each number was given once, with no gap but for those of requests that were not answered, to one visit that ends in one place, through
    // however many lines it went.
    private static async Task NobodyIsLostAsync(SystemClient staff, IReadOnlyList<string> queues, int gaps, string round)
    {
        var all = new List<JsonElement>();
        foreach (var queue in queues)
            all.AddRange(await staff.AllTicketsAsync(queue));
        foreach (var line in all.GroupBy(t => Text(t, "ticketNumber").Split('-')[0]))
        {
            var visits = line.GroupBy(Load.NumberOf).OrderBy(n => n.Key).ToList();
            Assert.True(
                visits[0].Key > 0 && visits[^1].Key <= visits.Count + gaps,
                $"{round}: {string.Join(' ', visits.Select(v => v.Key))}"
            );
            Assert.All(visits, v =>
            {
                Assert.True(v.Select(t => Text(t, "visitId")).Distinct().Count() == 1, round);
                Assert.True(v.Count(t => Text(t, "status") != "transferred") == 1, round);
            });
        }
    }

    // What API.md says is always so, by what the system tells of itself once it is quiet.
    private static async Task AllHoldsAsync(SplitSystem system, SystemClient staff, string queueId, string round)
    {
        var tickets = await staff.AllTicketsAsync(queueId);
        var open = tickets.Where(t => Status(t) is "waiting" or "called" or "serving" or "parked").ToList();
        Assert.True(open.Count <= Capacity, round);
        Assert.All(
            open.Where(t => t.GetProperty("userId").ValueKind == JsonValueKind.String).GroupBy(t => t.GetProperty("userId").GetString()),
            g => Assert.Single(g)
        );
        Assert.All(open.Where(t => Status(t) is "called" or "serving").GroupBy(t => t.GetProperty("counterId").GetString()), g =>
            Assert.Single(g)
        );
        // Who is set aside is among those who wait.
        var truth = (
            tickets.Count,
            tickets.Count(t => Status(t) is "waiting" or "parked"),
            tickets.Count(t => Status(t) == "served"),
            tickets.Count(t => Status(t) == "cancelled"),
            tickets.Count(t => Status(t) == "no_show"),
            tickets.Count(t => Status(t) == "transferred")
        );
        await staff.FiguresAsync(
            queueId,
            figures =>
            {
                var counts = figures.GetProperty("counts");
                return (Count("created"), Count("waiting"), Count("served"), Count("cancelled"), Count("noShow"), Count("transferred"))
                    == truth;

                int Count(string what) => counts.GetProperty(what).GetInt32();
            },
            Limit
        );
        await Eventually.GetAsync(
            () => staff.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("statistics") is var s
                && s.GetProperty("waiting").GetInt32() == tickets.Count(t => Status(t) == "waiting")
                && s.GetProperty("servedToday").GetInt32() == tickets.Count(t => Status(t) == "served")
                && q.GetProperty("activeTickets").GetArrayLength() == open.Count,
            Limit
        );
        await Eventually.GetAsync(
            () => Metrics.SumAsync(system.AddressOf("tickets"), "smartqueue_outbox_pending"),
            pending => pending == 0,
            Limit
        );

        static string Status(JsonElement ticket) => ticket.GetProperty("status").GetString()!;
    }

    // Staff by 0.
    private static async Task<SystemClient> SignedInAsync(Uri edge, int n)
    {
        var client = new SystemClient(edge);
        await client.SignInAsync(n == 0 ? SystemClient.AdminEmail : $"user{n}@example.com", SystemClient.AdminPassword);
        return client;
    }

    private static async Task<string> DefineAsync(SystemClient staff, int round) =>
        await staff.DefineQueueAsync(
            new
            {
                name = $"Storm {round}",
                maxActiveTickets = Capacity,
                maxRecalls = MaxRecalls,
                numberReset = "never",
            }
        );

    private async Task KillAsync(SplitSystem system, string victim)
    {
        if (victim == Broker)
            await broker.KillAsync();
        else
            await system.KillAsync(victim);
    }

    private async Task StartAsync(SplitSystem system, string victim)
    {
        if (victim == Broker)
            await broker.StartAsync();
        else
            await system.StartAsync(victim);
    }

    // InParts as LineModel has it.
    private sealed record House(SplitSystem System, IReadOnlyList<Uri> Edges, IReadOnlyList<string> Services, bool InParts);

    private sealed class Together(IReadOnlyList<IDisposable> all) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in all)
                one.Dispose();
        }
    }
}
