using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

/// <summary>What every store of branches promises, also together with that of the queues beside it.</summary>
public abstract class BranchStoreContract : IAsyncDisposable
{
    private protected abstract Task<(IBranchStore Branches, IQueueStore Queues, IOutbox Outbox)> OpenAsync();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_has_the_first_branch_and_tells_of_it()
    {
        var (branches, _, outbox) = await OpenAsync();

        Assert.Equal("main", (await branches.FindAsync("main", Token))?.Definition.Slug);
        Assert.Equal(["BranchCreated"], (await outbox.ClaimAsync(10, [], Token)).Select(e => e.EventType));
    }

    [Fact]
    public async Task A_branch_comes_back_as_it_was_kept_by_id_and_by_slug()
    {
        var (branches, _, _) = await OpenAsync();
        var made = Made("b", "old-town") with { };
        var full = made.Next.Define(
            made.Next.Definition with
            {
                Address = "Calle 1",
                OpeningHours = [new OpeningInterval(WeekDay.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0))],
                Closures = [new QueueClosure { FirstDay = new DateOnly(2026, 12, 25), LastDay = new DateOnly(2026, 12, 26) }],
                Languages = ["es", "en"],
            },
            Sample.Now.AddMinutes(1),
            "admin"
        );
        await branches.AddAsync(made, null, Token);
        Assert.True(await branches.SaveAsync(full, 1, Token));

        Assert.Equivalent(full.Next, await branches.FindAsync("b", Token), strict: true);
        Assert.Equivalent(full.Next, await branches.FindBySlugAsync("old-town", Token), strict: true);
        Assert.Null(await branches.FindAsync("old-town", Token));
        Assert.Null(await branches.FindBySlugAsync("b", Token));
    }

    [Fact]
    public async Task Every_change_is_kept_with_its_event_and_a_stale_one_keeps_nothing()
    {
        var (branches, _, outbox) = await OpenAsync();
        var made = Made("b", "b1");
        await branches.AddAsync(made, null, Token);
        var renamed = made.Next.Define(made.Next.Definition with { Slug = "b2" }, Sample.Now, null);
        Assert.True(await branches.SaveAsync(renamed, 1, Token));

        Assert.False(await branches.SaveAsync(renamed, 1, Token));
        Assert.False(await branches.DeleteAsync(made.Next.Delete(Sample.Now, null), 1, Token));
        Assert.False(await branches.SaveAsync(Made("none", "none"), 1, Token));
        Assert.True(await branches.DeleteAsync(renamed.Next.Delete(Sample.Now, null), 2, Token));

        Assert.Null(await branches.FindAsync("b", Token));
        Assert.Null(await branches.FindBySlugAsync("b2", Token));
        Assert.False(await branches.SaveAsync(renamed with { }, 3, Token));
        Assert.Equal(
            ["BranchCreated", "BranchUpdated", "BranchDeleted"],
            (await outbox.ClaimAsync(10, [], Token)).Where(e => e.AggregateId == "b").Select(e => e.EventType)
        );
    }

    [Fact]
    public async Task A_slug_is_one_branchs_until_it_has_another_or_is_gone()
    {
        var (branches, _, _) = await OpenAsync();
        var (first, second) = (Made("1", "one"), Made("2", "two"));
        await branches.AddAsync(first, null, Token);
        await branches.AddAsync(second, null, Token);

        await Assert.ThrowsAsync<SlugTakenException>(() => branches.AddAsync(Made("3", "one"), null, Token));
        var taking = second.Next.Define(second.Next.Definition with { Slug = "one" }, Sample.Now, null);
        await Assert.ThrowsAsync<SlugTakenException>(() => branches.SaveAsync(taking, 1, Token));
        Assert.Equal("two", (await branches.FindAsync("2", Token))!.Definition.Slug);

        Assert.True(await branches.DeleteAsync(first.Next.Delete(Sample.Now, null), 1, Token));
        Assert.True(await branches.SaveAsync(taking, 1, Token));
        await branches.AddAsync(Made("3", "two"), null, Token);
    }

    [Fact]
    public async Task An_answer_is_kept_with_its_branch_and_a_second_use_of_the_key_keeps_nothing()
    {
        var (branches, _, _) = await OpenAsync();
        var answer = new StoredResponse("hash", "request", [1, 2, 3], Sample.Now);
        await branches.AddAsync(Made("b", "one"), answer, Token);

        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => branches.AddAsync(Made("c", "two"), answer, Token));
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() => branches.AddAsync(Made("c", "one"), answer, Token));

        Assert.Equivalent(answer, await branches.FindAnswerAsync("hash", Token), strict: true);
        Assert.Null(await branches.FindAnswerAsync("other", Token));
        Assert.Null(await branches.FindAsync("c", Token));
    }

    [Fact]
    public async Task Branches_are_listed_in_order_with_one_more_than_the_page()
    {
        var (branches, _, _) = await OpenAsync();
        foreach (var id in new[] { "3", "1", "2" })
            await branches.AddAsync(Made(id, "branch-" + id), null, Token);

        Assert.Equal(["1", "2", "3"], (await branches.ListAsync(PageRequest.First(2), Token)).Select(b => b.Id));
        Assert.Equal(["3", "main"], (await branches.ListAsync(PageRequest.First(2).Behind("2"), Token)).Select(b => b.Id));
        Assert.Equal(["1", "main"], (await branches.FindAsync(["main", "1", "none"], Token)).Select(b => b.Id));
    }

    [Fact]
    public async Task A_prefix_is_one_queues_in_its_branch_and_free_in_another()
    {
        var (branches, queues, _) = await OpenAsync();
        await branches.AddAsync(Made("b", "bb"), null, Token);
        await queues.AddAsync(In("main", "1", "A"), null, Token);
        await queues.AddAsync(In("b", "2", "A"), null, Token);
        await queues.AddAsync(In("b", "3", "B"), null, Token);

        var taken = await Assert.ThrowsAsync<RefusedException>(() => queues.AddAsync(In("b", "4", "A"), null, Token));
        Assert.Equal(ErrorCodes.PrefixTaken, taken.Code);
        var moved = (await queues.FindAsync("3", Token))!.Define(Sample.Definition(prefix: "A"), Sample.Now);
        await Assert.ThrowsAsync<RefusedException>(() => queues.SaveAsync(moved, 1, null, Token));

        var prefixes = await queues.PrefixesAsync(["main", "b", "none"], Token);
        Assert.Equal(["A"], prefixes["main"]);
        Assert.Equal(["A", "B"], prefixes["b"].Order());
        Assert.Empty(prefixes["none"]);
        Assert.Equal(["2", "3"], (await queues.ListAsync(null, "b", PageRequest.First(10), Token)).Select(q => q.Id));
        Assert.Equal(["1"], (await queues.ListAsync(true, "main", PageRequest.First(10), Token)).Select(q => q.Id));
    }

    [Fact]
    public async Task A_queue_needs_its_branch()
    {
        var (_, queues, outbox) = await OpenAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => queues.AddAsync(In("none", "1", "A"), null, Token));

        Assert.Equal(["branchId"], refused.Fields!.Keys);
        Assert.Null(await queues.FindAsync("1", Token));
        Assert.Single(await outbox.ClaimAsync(10, [], Token));
    }

    [Fact]
    public async Task A_branch_goes_when_its_queues_are_gone_and_takes_none_after()
    {
        var (branches, queues, _) = await OpenAsync();
        var branch = Made("b", "bb");
        await branches.AddAsync(branch, null, Token);
        var queue = In("b", "1", "A");
        await queues.AddAsync(queue, null, Token);
        // One that did not come to be must not be in the way.
        await Assert.ThrowsAsync<RefusedException>(() => queues.AddAsync(In("b", "2", "A"), null, Token));
        var deletion = branch.Next.Delete(Sample.Now, null);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => branches.DeleteAsync(deletion, 1, Token));
        Assert.Equal((ErrorCodes.Conflict, "The branch has queues. Delete them first."), (refused.Code, refused.Message));
        Assert.True(await queues.DeleteAsync(queue.Next.Delete(Sample.Now), 1, Token));
        Assert.True(await branches.DeleteAsync(deletion, 1, Token));

        await Assert.ThrowsAsync<RefusedException>(() => queues.AddAsync(In("b", "3", "A"), null, Token));
    }

    [Fact]
    public async Task Of_a_queue_that_is_made_and_the_deletion_of_its_branch_at_once_one_is_refused()
    {
        var (branches, queues, _) = await OpenAsync();
        for (var i = 0; i < 40; i++)
        {
            var branch = Made($"b{i}", $"branch-{i}");
            await branches.AddAsync(branch, null, Token);
            using var start = new Barrier(2);

            var outcomes = await Task.WhenAll(GetsAsync(start, async () =>
                {
                    await queues.AddAsync(In(branch.Next.Id, $"q{i}", "A"), null, Token);
                    return true;
                }), GetsAsync(start, () => branches.DeleteAsync(branch.Next.Delete(Sample.Now, null), 1, Token)));

            var there = await branches.FindAsync(branch.Next.Id, Token) is not null;
            Assert.Equal(outcomes[0], await queues.FindAsync($"q{i}", Token) is not null);
            Assert.Equal(outcomes[1], !there);
            Assert.False(outcomes[0] && outcomes[1], "The queue is in a branch that is gone.");
        }

        static Task<bool> GetsAsync(Barrier start, Func<Task<bool>> act) =>
            Task.Run(
                async () =>
                {
                    start.SignalAndWait(Token);
                    try
                    {
                        return await act();
                    }
                    catch (RefusedException)
                    {
                        return false;
                    }
                },
                Token
            );
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected static BranchChange Made(string id, string slug) =>
        Branch.Create(id, Sample.Main with { Slug = slug }, Sample.Now, "admin");

    private protected static QueueChange In(string branchId, string id, string prefix) =>
        Queue.Create(id, Sample.Definition(prefix: prefix) with { BranchId = branchId }, Sample.Now);
}
