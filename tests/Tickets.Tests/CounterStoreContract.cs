using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>What every store of counters promises; see <see cref="ICounterStore"/>.</summary>
public abstract class CounterStoreContract : IAsyncLifetime
{
    private protected abstract ICounterStore Store { get; }

    private protected abstract IOutbox Outbox { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Whether_a_branch_is_there_is_known_by_its_latest_version_whatever_order_they_come_in()
    {
        Assert.False(await Store.KnowsBranchAsync("b1", Token));
        await Store.SaveBranchAsync("b1", 2, there: true, Token);
        await Store.SaveBranchAsync("b1", 1, there: true, Token);
        Assert.True(await Store.KnowsBranchAsync("b1", Token));
        await Store.SaveBranchAsync("b1", 3, there: false, Token);
        await Store.SaveBranchAsync("b1", 2, there: true, Token);
        Assert.False(await Store.KnowsBranchAsync("b1", Token));
    }

    [Fact]
    public async Task A_counter_comes_back_as_it_was_kept()
    {
        var made = Made("3", [new QueueRank("q1", 2), new QueueRank("q2", 1)], CounterRule.Ranked);
        await Store.AddAsync(made, answer: null, Token);
        var open = made.Next.Open("op", takeOver: false, Some.Noon);
        Assert.True(await Store.SaveAsync(open, 1, answer: null, Token));
        var left = open.Next.Break("lunch", "op", Some.Noon.AddHours(1));
        Assert.True(await Store.SaveAsync(left, 2, answer: null, Token));

        Assert.Equivalent(left.Next, await Store.FindAsync("c-3", Token), strict: true);
        Assert.Equivalent(left.Next, await Store.FindByNameAsync(Branches.Main, "3", Token), strict: true);
    }

    [Fact]
    public async Task Every_change_is_kept_with_its_event_in_order()
    {
        var made = Made("1");
        await Store.AddAsync(made, answer: null, Token);
        var open = made.Next.Open("op", takeOver: false, Some.Noon);
        await Store.SaveAsync(open, 1, answer: null, Token);
        var closed = open.Next.Close(Some.Noon, "op");
        await Store.SaveAsync(closed, 2, answer: null, Token);
        await Store.SaveAsync(closed.Next.Delete(Some.Noon, "admin"), 3, answer: null, Token);

        var events = new List<string>();
        while (await Outbox.ClaimAsync(100, [], Token) is { Count: > 0 } pending)
        {
            events.AddRange(pending.Select(e => e.EventType));
            await Outbox.CompleteAsync(pending, keep: false, Token);
        }

        Assert.Equal([nameof(CounterCreated), nameof(CounterOpened), nameof(CounterClosed), nameof(CounterDeleted)], events);
    }

    [Fact]
    public async Task A_stale_version_changes_nothing()
    {
        var made = Made("1");
        await Store.AddAsync(made, answer: null, Token);
        var first = made.Next.Open("a", takeOver: false, Some.Noon);
        var second = made.Next.Open("b", takeOver: false, Some.Noon);

        var won = await Task.WhenAll(Store.SaveAsync(first, 1, null, Token), Store.SaveAsync(second, 1, null, Token));

        Assert.Single(won, w => w);
        Assert.Equal(won[0] ? "a" : "b", (await Store.FindAsync("c-1", Token))!.OperatorId);
        Assert.False(await Store.SaveAsync(Made("absent").Next.Open("a", false, Some.Noon), 1, null, Token));
        Assert.Null(await Store.FindAsync("c-absent", Token));
    }

    [Fact]
    public async Task Of_many_counters_of_one_name_at_once_one_is_kept()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async n =>
                {
                    try
                    {
                        await Store.AddAsync(Made(n % 2 == 0 ? "Desk" : "desk", id: $"c{n}"), answer: null, Token);
                        return "made";
                    }
                    catch (NameTakenException)
                    {
                        return "taken";
                    }
                })
        );
        Assert.Equal((1, 19), (outcomes.Count(o => o == "made"), outcomes.Count(o => o == "taken")));
        Assert.Single(await Store.ListAsync(null, PageRequest.First(50), Token));
        Assert.NotNull(await Store.FindByNameAsync(Branches.Main, "DESK", Token));
    }

    [Fact]
    public async Task A_name_is_free_again_after_a_rename_or_a_deletion_and_taken_ones_are_refused()
    {
        var one = Made("1");
        var two = Made("2");
        await Store.AddAsync(one, answer: null, Token);
        await Store.AddAsync(two, answer: null, Token);
        await Assert.ThrowsAsync<NameTakenException>(() => RenameAsync(two.Next, "1"));

        var renamed = await RenameAsync(one.Next, "3");
        await RenameAsync(two.Next, "1");
        await Store.SaveAsync(renamed.Delete(Some.Noon, "admin"), renamed.Version, answer: null, Token);
        await Store.AddAsync(Made("3", id: "other"), answer: null, Token);

        Assert.Null(await Store.FindAsync("c-1", Token));
        Assert.Equal(["1", "3"], (await Store.ListAsync([Branches.Main], PageRequest.First(50), Token)).Select(c => c.Name));
        Assert.Empty(await Store.ListAsync(["elsewhere"], PageRequest.First(50), Token));
    }

    [Fact]
    public async Task Counters_are_listed_in_order_with_one_more_than_the_page()
    {
        foreach (var name in new[] { "3", "1", "4", "2" })
            await Store.AddAsync(Made(name), answer: null, Token);

        Assert.Equal(["1", "2", "3"], (await Store.ListAsync(null, PageRequest.First(2), Token)).Select(c => c.Name));
        Assert.Equal(["3", "4"], (await Store.ListAsync(null, PageRequest.First(2).Behind("c-2"), Token)).Select(c => c.Name));
    }

    [Fact]
    public async Task Under_one_key_one_counter_is_made_and_its_answer_kept()
    {
        var answer = Some.Key("k").Seal("made", Some.Noon);
        await Store.AddAsync(Made("1"), answer, Token);

        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => Store.AddAsync(Made("2"), answer, Token));

        Assert.Equal("made", Some.Key("k").Open<string>((await Store.FindAnswerAsync(answer.KeyHash, Token))!));
        Assert.Single(await Store.ListAsync(null, PageRequest.First(50), Token));
    }

    private async Task<Counter> RenameAsync(Counter counter, string name)
    {
        var change = counter.Define(new CounterDefinition(Branches.Main, name, counter.Queues, counter.Rule), Some.Noon, "admin");
        Assert.True(await Store.SaveAsync(change, counter.Version, answer: null, Token));
        return change.Next;
    }

    private static CounterChange Made(
        string name,
        IReadOnlyList<QueueRank>? queues = null,
        CounterRule rule = CounterRule.Oldest,
        string? id = null
    ) => Counter.Create(id ?? "c-" + name, new CounterDefinition(Branches.Main, name, queues ?? [], rule), Some.Noon, "admin");
}
