using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Appointments.Tests;

/// <summary>What every store of calendar feeds promises.</summary>
public abstract class FeedStoreContract : IAsyncDisposable
{
    private static readonly DateOnly Monday = new(2026, 3, 2);

    private protected abstract Task<IFeedStore> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_comes_back_as_it_was_kept_by_its_id_and_by_its_secret()
    {
        var store = await OpenAsync();
        var (branch, queue) = (Made("a"), Made("b") with { QueueId = "q1" });
        await store.AddAsync(branch, null, Token);
        await store.AddAsync(queue, null, Token);

        Assert.Equal(branch, await store.FindAsync("a", Token));
        Assert.Equal(queue, await store.FindBySecretAsync("hash of b", Token));
        Assert.Null(await store.FindAsync("c", Token));
        Assert.Null(await store.FindBySecretAsync("hash of c", Token));
        Assert.Null(await store.FindBySecretAsync("hash of A", Token));
    }

    [Fact]
    public async Task Lists_go_page_by_page_and_keep_to_branches()
    {
        var store = await OpenAsync();
        foreach (var (id, branch) in new[] { ("c", "main"), ("a", "main"), ("d", "other"), ("b", "other") })
            await store.AddAsync(Made(id) with { BranchId = branch }, null, Token);

        Assert.Equal(["a", "b", "c", "d"], await IdsAsync(null, PageRequest.First(10)));
        Assert.Equal(["a", "c"], await IdsAsync(["main"], PageRequest.First(10)));
        Assert.Equal(["a", "b", "c"], await IdsAsync(["main", "other"], PageRequest.First(2)));
        Assert.Equal(["c", "d"], await IdsAsync(null, PageRequest.First(2).Behind("b")));
        Assert.Empty(await IdsAsync([], PageRequest.First(10)));

        async Task<IEnumerable<string>> IdsAsync(IReadOnlyCollection<string>? branches, PageRequest page) =>
            (await store.ListAsync(branches, page, Token)).Select(f => f.Id);
    }

    [Fact]
    public async Task The_last_day_of_its_use_is_kept_and_no_earlier_one()
    {
        var store = await OpenAsync();
        await store.AddAsync(Made("a"), null, Token);
        await store.AddAsync(Made("b"), null, Token);

        foreach (var (day, kept) in new[] { (Monday, Monday), (Monday.AddDays(30), Monday.AddDays(30)), (Monday, Monday.AddDays(30)) })
        {
            await store.UseAsync("a", day, Token);
            Assert.Equal(Made("a") with { LastUsedOn = kept }, await store.FindAsync("a", Token));
        }

        Assert.Null((await store.FindAsync("b", Token))!.LastUsedOn);
        await store.UseAsync("c", Monday, Token);
        Assert.Null(await store.FindAsync("c", Token));
    }

    [Fact]
    public async Task What_is_removed_is_found_no_more_and_is_not_made_again_by_its_use()
    {
        var store = await OpenAsync();
        await store.AddAsync(Made("a"), null, Token);
        await store.AddAsync(Made("b"), null, Token);

        Assert.True(await store.RemoveAsync("a", Token));
        Assert.False(await store.RemoveAsync("a", Token));
        await store.UseAsync("a", Monday, Token);

        Assert.Null(await store.FindAsync("a", Token));
        Assert.Null(await store.FindBySecretAsync("hash of a", Token));
        Assert.Equal(["b"], (await store.ListAsync(null, PageRequest.First(10), Token)).Select(f => f.Id));
    }

    [Fact]
    public async Task Those_an_account_made_go_with_it_and_no_others()
    {
        var store = await OpenAsync();
        foreach (var (id, by) in new[] { ("a", "op"), ("b", "boss"), ("c", "op") })
            await store.AddAsync(Made(id) with { CreatedBy = by }, null, Token);

        await store.RemoveOfUserAsync("op", Token);

        Assert.Equal(["b"], (await store.ListAsync(null, PageRequest.First(10), Token)).Select(f => f.Id));
    }

    [Fact]
    public async Task A_key_makes_one()
    {
        var store = await OpenAsync();
        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Now);
        await store.AddAsync(Made("a"), answer, Token);

        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => store.AddAsync(Made("b"), answer, Token));

        Assert.Null(await store.FindAsync("b", Token));
        Assert.Equivalent(answer, await store.FindAnswerAsync("key", Token), strict: true);
        Assert.Null(await store.FindAnswerAsync("other", Token));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static Feed Made(string id) =>
        new()
        {
            Id = id,
            BranchId = "main",
            SecretHash = "hash of " + id,
            CreatedBy = "op",
            CreatedAt = Some.Now,
        };
}
