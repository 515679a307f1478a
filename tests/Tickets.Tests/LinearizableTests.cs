using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>
/// Many clients of lines and counters at once over HTTP are given only answers that one client alone could have been given, whatever the
/// store and the clock do meanwhile.
/// </summary>
public sealed class LinearizableTests
{
    private const int Capacity = 6;
    private const int MaxRecalls = 1;
    private const int MostRounds = 20;
    private const int Clients = 6;
    private const int Operations = 40;

    private static readonly string[] Queues = ["q1", "q2"];

    // Together they stay within a day, for which keys are kept.
    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromHours(9),
        TimeSpan.FromHours(-5),
        TimeSpan.FromHours(-4),
        TimeSpan.FromMinutes(1),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void The_model_lets_nobody_stand_further_back_than_asked_but_for_two_who_came_in_the_same_millisecond(long at, bool may)
    {
        var lines = LineModel.Empty(queues: 2, tickets: 6, Capacity, MaxRecalls);
        foreach (
            var call in (LineCall[])
                [
                    new(LineAct.Take, 0, 0, 1, null) { Number = 1, At = 900 },
                    new(LineAct.Take, 0, 0, 2, null) { Number = 2, At = 1000 },
                    new(LineAct.Take, 1, 0, 3, null) { Number = 1, At = at },
                    new(LineAct.Take, 0, 0, 4, null) { Number = 3, At = 1010 },
                    new(LineAct.Transfer, 1, 0, 3, null)
                    {
                        To = 0,
                        Successor = 5,
                        Version = 1,
                    },
                    new(LineAct.Call, 0, 0, 1, null),
                    new(LineAct.Requeue, 0, 0, 1, null) { Places = 1 },
                ]
        )
            lines = lines.Next(call) ?? throw new InvalidOperationException($"{call} is refused.");

        Assert.NotNull(lines.Next(Read(2, 1, 5, 4)));
        Assert.Equal(may, lines.Next(Read(2, 5, 1, 4)) is not null);
        Assert.Null(lines.Next(Read(2, 5, 4, 1)));
        Assert.Null(lines.Next(Read(1, 2, 5, 4)));

        static LineCall Read(params int[] waiting) => new(LineAct.Read, 0, 0, 0, null) { Line = [.. waiting.Select(t => (t, 'w'))] };
    }

    [Fact]
    public void A_line_kept_in_parts_may_seem_full_and_pass_somebody_over_by_as_many_as_were_half_done()
    {
        var whole = LineModel.Empty(queues: 1, tickets: 4, capacity: 3, MaxRecalls);
        var parts = whole with { InParts = true };
        LineCall[] two = [Taken(1, 1), Taken(2, 2)];
        LineCall full = new(LineAct.Take, 0, 0, 0, "QUEUE_FULL");
        LineCall second = new(LineAct.Call, 0, 0, 2, null);
        LineCall nobody = new(LineAct.Call, 0, 0, 0, null);
        LineCall read = new(LineAct.Read, 0, 0, 0, null) { Line = [(2, 'w')] };

        Assert.All([full, second], c => Assert.Null(After(parts, [.. two, c])));
        Assert.All([full, second], c => Assert.NotNull(After(parts, [.. two, c with { Rivals = 1 }])));
        Assert.All([full, second], c => Assert.Null(After(whole, [.. two, c with { Rivals = 1 }])));
        Assert.Null(After(parts, [.. two, nobody with { Rivals = 1 }]));
        Assert.NotNull(After(parts, [.. two, nobody with { Rivals = 2 }]));
        Assert.Null(After(parts, [.. two, read with { Changing = [2] }]));
        Assert.NotNull(After(parts, [.. two, read with { Changing = [1] }]));
        Assert.NotNull(After(parts, [.. two, Taken(3, 5)]));
        Assert.Null(After(parts, [.. two, Taken(3, 2)]));
        Assert.Null(After(parts, [.. two, Taken(3, 3), new(LineAct.Take, 0, 0, 4, null) { Number = 4, Rivals = 9 }]));

        static LineCall Taken(int ticket, int number) => new(LineAct.Take, 0, 0, ticket, null) { Number = number, At = number };

        static LineModel? After(LineModel lines, IEnumerable<LineCall> calls) =>
            calls.Aggregate((LineModel?)lines, (state, call) => state?.Next(call));
    }

    [Fact]
    public Task Clients_at_once_get_answers_that_one_alone_could_have_got() => RoundsAsync((_, _) => Fault.None, jumps: false);

    [Fact]
    public Task So_they_do_while_the_store_fails_before_and_after_it_did_what_was_asked() =>
        RoundsAsync(
            (luck, method) =>
                method is nameof(ITicketStore.FindAnswerAsync)
                    ? Fault.None
                    : luck.Next(10) switch
                    {
                        0 => Fault.Before,
                        1 => Fault.After,
                        _ => Fault.None,
                    },
            jumps: false
        );

    [Fact]
    public Task So_they_do_while_the_clock_jumps_both_ways() => RoundsAsync((_, _) => Fault.None, jumps: true);

    private static async Task RoundsAsync(Func<Random, string, Fault> decide, bool jumps)
    {
        var done = new HashSet<LineAct>();
        var all = Enum.GetValues<LineAct>();
        // A round in which nobody was recalled, say, proves less: chance has more of them until all has happened.
        for (var round = 0; Rounds.More(round, 3) || (done.Count < all.Length && round < MostRounds); round++)
        {
            var seed = Rounds.Seed(round);
            // It goes on by itself, so that nobody came at the same moment as somebody else.
            var time = new FakeTimeProvider(Some.Noon) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
            await using var host = await ServiceHost.StartAsync(
                [new TicketsModule()],
                time,
                new Dictionary<string, string?> { ["GUEST_PLACES_PER_NETWORK"] = "0", ["GUEST_JOINS_PER_MINUTE"] = "0" },
                services => Faults(services, decide, seed)
            );
            var store = host.Services.GetRequiredService<ITicketStore>();
            foreach (var queue in Queues)
            {
                var definition = Some.Queue(queue, Capacity, q =>
                    q with
                    {
                        NumberReset = NumberReset.Never,
                        MaxRecalls = MaxRecalls,
                        RejoinGrace = (int)TimeSpan.FromDays(3).TotalSeconds,
                    }
                );
                await Eventually.TrueAsync(() => SavedAsync(store, definition));
            }

            var load = new LineLoad(Queues, ["1", "2", "3"], accounts: 2, async (account, request) =>
            {
                using var client = host.WithToken(account is { } n ? TokenOf($"user{n}", Roles.User) : TokenOf("op", Roles.Operator));
                return await client.SendAsync(request, Token);
            });
            var running = Task.WhenAll(
                Enumerable.Range(0, Clients).Select(c => Task.Run(() => load.RunAsync(Operations, new Random(seed * 100 + c)), Token))
            );
            var turn = 0;
            while (jumps && !running.IsCompleted)
            {
                time.AdjustTime(time.GetUtcNow() + Jumps[turn++ % Jumps.Length]);
                await Task.WhenAny(running, Task.Delay(5, Token));
            }

            await running;
            Rounds.Tell($"Round {round}, seed {seed}: {load.History.Count} operations, {load.Repeats} repeats.");
            load.IsLinearizable(Capacity, MaxRecalls, $"Seed {seed}");
            done.UnionWith(load.History.Where(o => o.Call.Refusal is null).Select(o => o.Call.Act));
        }

        Assert.Equal(all, done.Order());
    }

    // Good whatever the clock says.
    private static string TokenOf(string userId, string role) => TestTokens.For(userId, role, Some.Noon.AddDays(-1), TimeSpan.FromDays(3));

    private static async Task<bool> SavedAsync(ITicketStore store, QueueDefinition definition)
    {
        try
        {
            await store.SavePolicyAsync(new QueuePolicy(definition.Id, definition.Version, definition), Token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static void Faults(IServiceCollection services, Func<Random, string, Fault> decide, int seed)
    {
        var real = services.Single(d => d.ServiceType == typeof(ITicketStore));
        services.Replace(
            ServiceDescriptor.Singleton(provider =>
            {
                var (store, faults) = Faulty<ITicketStore>.Of(
                    (ITicketStore)(
                        real.ImplementationFactory?.Invoke(provider)
                        ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)
                    )
                );
                var luck = new Random(seed);
                faults.Decide = method =>
                {
                    lock (luck)
                        return decide(luck, method);
                };
                return store;
            })
        );
    }
}
