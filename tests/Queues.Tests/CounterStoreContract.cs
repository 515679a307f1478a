using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

/// <summary>What every store of what is told of counters promises.</summary>
public abstract class CounterStoreContract : IAsyncDisposable
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<ICounterStore> OpenAsync();

    [Fact]
    public async Task A_counter_keeps_its_highest_version_and_the_names_it_had()
    {
        var store = await OpenAsync();
        var made = Some("c", "1", 1) with { Queues = ["q1", "q2"] };

        Assert.Equivalent(made, await store.SaveAsync(made, Token), strict: true);
        Assert.Equivalent(made, await store.SaveAsync(made, Token), strict: true);
        await store.SaveAsync(Some("c", "2", 3), Token);
        var known = await store.SaveAsync(Some("c", "3", 5), Token);

        Assert.Equivalent(Some("c", "3", 5) with { Former = ["1", "2"] }, known, strict: true);
        Assert.Equivalent(known, await store.SaveAsync(Some("c", "late", 4), Token), strict: true);
        Assert.Equivalent(known, Assert.Single(await store.ListAsync(["main"], Token)), strict: true);
        Assert.Equal(["2", "3"], (await store.SaveAsync(Some("c", "1", 6), Token)).Former);
    }

    [Fact]
    public async Task Former_names_are_kept_until_they_were_followed_as_the_counter_is_now()
    {
        var store = await OpenAsync();
        await store.SaveAsync(Some("c", "1", 1), Token);
        var renamed = await store.SaveAsync(Some("c", "2", 2), Token);
        var again = await store.SaveAsync(Some("c", "3", 3), Token);

        Assert.False(await store.FollowedAsync(renamed, Token));
        Assert.Equal(["1", "2"], Assert.Single(await store.FindAsync(["c"], Token)).Former);
        Assert.True(await store.FollowedAsync(again, Token));
        Assert.Empty(Assert.Single(await store.FindAsync(["c"], Token)).Former);
        Assert.False(await store.FollowedAsync(Some("never told", "1", 1), Token));
    }

    [Fact]
    public async Task A_deleted_one_is_in_no_list_and_stays_deleted_whatever_comes_late()
    {
        var store = await OpenAsync();
        await store.SaveAsync(Some("c", "1", 1), Token);
        var gone = Some("c", "1", 3) with { IsDeleted = true };

        Assert.Equal(["1"], (await store.SaveAsync(gone, Token)).Former);
        await store.SaveAsync(Some("c", "2", 2), Token);
        // Its end may be the first that is heard of one.
        Assert.Equal(["7"], (await store.SaveAsync(Some("d", "7", 9) with { IsDeleted = true }, Token)).Former);

        Assert.Empty(await store.ListAsync(["main"], Token));
        Assert.Equal(
            [("c", 3L, true), ("d", 9L, true)],
            (await store.FindAsync(["d", "c"], Token)).Select(c => (c.Id, c.Version, c.IsDeleted))
        );
    }

    [Fact]
    public async Task Those_of_some_branches_are_listed_in_the_order_they_were_made()
    {
        var store = await OpenAsync();
        foreach (var (id, branch) in ((string, string)[])[("3", "b"), ("1", "main"), ("2", "other"), ("4", "main")])
            await store.SaveAsync(Some(id, "Desk " + id, 1) with { BranchId = branch }, Token);

        Assert.Equal(["1", "3", "4"], (await store.ListAsync(["b", "main", "none"], Token)).Select(c => c.Id));
        Assert.Empty(await store.ListAsync([], Token));
    }

    [Fact]
    public async Task Of_many_deliveries_at_once_the_highest_version_is_kept_and_no_name_is_lost()
    {
        var store = await OpenAsync();
        await store.SaveAsync(Some("c", "0", 1), Token);

        await Task.WhenAll(Enumerable.Range(2, 20).Select(v => Task.Run(() => store.SaveAsync(Some("c", $"{v}", v), Token), Token)));

        var known = Assert.Single(await store.ListAsync(["main"], Token));
        Assert.Equal(("21", 21L), (known.Name, known.Version));
        Assert.Equal("0", known.Former[0]);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected static Counter Some(string id, string name, long version) =>
        new()
        {
            Id = id,
            BranchId = "main",
            Name = name,
            Queues = [],
            IsDeleted = false,
            Version = version,
        };
}
