using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

/// <summary>What every store of queue definitions promises.</summary>
public abstract class QueueStoreContract : IAsyncDisposable
{
    private protected abstract Task<(IQueueStore Store, IOutbox Outbox)> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_comes_back_as_it_was_kept()
    {
        var (store, _) = await OpenAsync();
        var queue = Queue.Create("q", Sample.FullDefinition(), Sample.Now).Next.Announce("We are closing", Sample.Now.AddMinutes(1)).Next;
        await store.AddAsync(Queue.Create("q", Sample.FullDefinition(), Sample.Now), null, Token);
        Assert.True(await store.SaveAsync(new QueueChange(queue, Queue.Create("q", queue.Definition, Sample.Now).Event), 1, null, Token));

        var found = await store.FindAsync("q", Token);

        Assert.Equivalent(queue, found, strict: true);
        Assert.Null(await store.FindAsync("other", Token));
    }

    [Fact]
    public async Task Every_change_is_kept_with_its_event_in_order()
    {
        var (store, outbox) = await OpenAsync();
        var created = Queue.Create("q", Sample.Definition(), Sample.Now);
        var updated = created.Next.Define(Sample.Definition("Renamed"), Sample.Now.AddSeconds(1));
        var deleted = updated.Next.Delete(Sample.Now.AddSeconds(2));
        await store.AddAsync(created, null, Token);
        Assert.True(await store.SaveAsync(updated, 1, null, Token));
        Assert.True(await store.DeleteAsync(deleted, 2, Token));

        var events = (await outbox.ClaimAsync(10, [], Token)).Select(e => e.Event()).ToList();

        Assert.Equal([typeof(QueueCreated), typeof(QueueUpdated), typeof(QueueDeleted)], events.Select(e => e.GetType()));
        Assert.Equal([1L, 2, 3], events.Select(e => e.Version));
        Assert.Equal([created.Event.EventId, updated.Event.EventId, deleted.Event.EventId], events.Select(e => e.EventId));
    }

    [Fact]
    public async Task However_many_queues_there_are_each_is_gone_through_once_in_the_order_they_were_made()
    {
        var (store, _) = await OpenAsync();
        // Each has a prefix of its own, so the ids are made of those: AA, AB and so on.
        var made = Enumerable.Range(0, 410).Select(n => $"{(char)('A' + (n / 26))}{(char)('A' + (n % 26))}").ToList();
        foreach (var id in made)
            await store.AddAsync(Queue.Create(id, Sample.Definition(id, id), Sample.Now), null, Token);

        Assert.Equal(made, await store.AllAsync(null, Token).Take(1_000).Select(q => q.Id).ToListAsync(Token));
    }

    [Fact]
    public async Task A_stale_version_changes_nothing_and_creates_nothing()
    {
        var (store, outbox) = await OpenAsync();
        var created = Queue.Create("q", Sample.Definition(), Sample.Now);
        var first = created.Next.Define(Sample.Definition("First"), Sample.Now);
        var second = created.Next.Define(Sample.Definition("Second"), Sample.Now);
        var absent = Queue.Create("absent", Sample.Definition(), Sample.Now).Next.Define(Sample.Definition(), Sample.Now);
        await store.AddAsync(created, null, Token);

        Assert.True(await store.SaveAsync(first, 1, null, Token));
        Assert.False(await store.SaveAsync(second, 1, null, Token));
        Assert.False(await store.DeleteAsync(created.Next.Delete(Sample.Now), 1, Token));
        Assert.False(await store.SaveAsync(absent, 1, null, Token));

        Assert.Equal("First", (await store.FindAsync("q", Token))!.Definition.Name);
        Assert.Null(await store.FindAsync("absent", Token));
        Assert.Equal(2, (await outbox.ClaimAsync(10, [], Token)).Count);
    }

    [Fact]
    public async Task Of_many_changes_at_one_version_exactly_one_wins()
    {
        var (store, outbox) = await OpenAsync();
        var created = Queue.Create("q", Sample.Definition(), Sample.Now);
        await store.AddAsync(created, null, Token);

        var wins = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(i =>
                    Task.Run(() => store.SaveAsync(created.Next.Define(Sample.Definition($"Name {i}"), Sample.Now), 1, null, Token), Token)
                )
        );

        Assert.Single(wins, won => won);
        Assert.Equal(2, (await outbox.ClaimAsync(100, [], Token)).Count);
    }

    [Fact]
    public async Task A_deleted_queue_is_not_found_and_not_listed()
    {
        var (store, _) = await OpenAsync();
        var created = Queue.Create("q", Sample.Definition(), Sample.Now);
        await store.AddAsync(created, null, Token);
        Assert.True(await store.DeleteAsync(created.Next.Delete(Sample.Now), 1, Token));

        Assert.Null(await store.FindAsync("q", Token));
        Assert.Empty(await store.ListAsync(null, null, PageRequest.First(10), Token));
    }

    [Fact]
    public async Task Queues_are_listed_in_the_order_they_were_made_with_one_more_than_the_page()
    {
        var (store, _) = await OpenAsync();
        foreach (var id in new[] { "3", "1", "2", "4" })
            await store.AddAsync(
                Queue.Create(
                    id,
                    Sample.Definition(prefix: Prefixes.FirstFree([.. (await store.PrefixesAsync(["main"], Token))["main"]])) with
                    {
                        IsActive = id != "2",
                    },
                    Sample.Now
                ),
                null,
                Token
            );

        Assert.Equal(["1", "2", "3"], (await store.ListAsync(null, null, PageRequest.First(2), Token)).Select(q => q.Id));
        Assert.Equal(["1", "3", "4"], (await store.ListAsync(true, null, PageRequest.First(10), Token)).Select(q => q.Id));
        Assert.Equal(["2"], (await store.ListAsync(false, null, PageRequest.First(10), Token)).Select(q => q.Id));
    }

    [Fact]
    public async Task An_answer_is_kept_with_its_queue_and_a_second_use_of_the_key_keeps_nothing()
    {
        var (store, outbox) = await OpenAsync();
        var answer = new StoredResponse("hash", "request", [1, 2, 3], Sample.Now);
        await store.AddAsync(Queue.Create("q", Sample.Definition(), Sample.Now), answer, Token);

        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
            store.AddAsync(Queue.Create("second", Sample.Definition(), Sample.Now), answer, Token)
        );

        Assert.Equivalent(answer, await store.FindAnswerAsync("hash", Token), strict: true);
        Assert.Null(await store.FindAnswerAsync("other", Token));
        Assert.Null(await store.FindAsync("second", Token));
        Assert.Single(await outbox.ClaimAsync(10, [], Token));
    }

    [Fact]
    public async Task A_change_keeps_its_answer_and_under_the_same_key_nothing_changes_again()
    {
        var (store, outbox) = await OpenAsync();
        var answer = new StoredResponse("hash", "request", [1, 2, 3], Sample.Now);
        var queue = Queue.Create("q", Sample.Definition(), Sample.Now);
        var other = Queue.Create("other", Sample.Definition(prefix: "B"), Sample.Now);
        await store.AddAsync(queue, null, Token);
        await store.AddAsync(other, null, Token);
        var said = queue.Next.Announce("Hello", Sample.Now);
        Assert.True(await store.SaveAsync(said, 1, answer, Token));

        Assert.Equivalent(answer, await store.FindAnswerAsync("hash", Token), strict: true);
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
            store.SaveAsync(said.Next.Announce("Again", Sample.Now), 2, answer, Token)
        );
        await Assert.ThrowsAsync<DuplicateIdempotencyKeyException>(() =>
            store.SaveAsync(other.Next.Announce("Hello", Sample.Now), 1, answer, Token)
        );
        Assert.Equal(2, (await store.FindAsync("q", Token))!.Version);
        Assert.Equal(1, (await store.FindAsync("other", Token))!.Version);
        Assert.Equal(3, (await outbox.ClaimAsync(10, [], Token)).Count);
    }

    [Fact]
    public async Task A_prefix_that_another_queue_has_is_refused_by_its_name_and_nothing_is_kept()
    {
        var (store, outbox) = await OpenAsync();
        var second = Queue.Create("2", Sample.Definition("Pharmacy", "B"), Sample.Now);
        await store.AddAsync(Queue.Create("1", Sample.Definition("Cashier"), Sample.Now), null, Token);
        await store.AddAsync(second, null, Token);
        var answer = new StoredResponse("hash", "request", [1], Sample.Now);

        var made = await TakenAsync(() => store.AddAsync(Queue.Create("3", Sample.Definition("Third"), Sample.Now), answer, Token));
        var changed = await TakenAsync(() =>
            store.SaveAsync(second.Next.Define(Sample.Definition("Pharmacy"), Sample.Now), 1, null, Token)
        );

        const string Sentence =
            "Cashier has the prefix A already, and two queues would give the same numbers. Choose another prefix, or leave it out.";
        Assert.Equal([Sentence, Sentence], [made, changed]);
        Assert.Null(await store.FindAsync("3", Token));
        Assert.Null(await store.FindAnswerAsync("hash", Token));
        Assert.Equal("B", (await store.FindAsync("2", Token))!.Definition.Prefix);
        Assert.Equal(["A", "B"], (await store.PrefixesAsync(["main"], Token))["main"].Order());
        Assert.Equal(2, (await outbox.ClaimAsync(10, [], Token)).Count);
    }

    [Fact]
    public async Task A_prefix_is_free_again_when_its_queue_has_another_or_is_deleted()
    {
        var (store, _) = await OpenAsync();
        var first = Queue.Create("1", Sample.Definition(), Sample.Now);
        await store.AddAsync(first, null, Token);
        var moved = first.Next.Define(Sample.Definition(prefix: "B"), Sample.Now);
        Assert.True(await store.SaveAsync(moved, 1, null, Token));
        await store.AddAsync(Queue.Create("2", Sample.Definition(), Sample.Now), null, Token);
        await TakenAsync(() => store.AddAsync(Queue.Create("3", Sample.Definition(prefix: "B"), Sample.Now), null, Token));

        Assert.True(await store.DeleteAsync(moved.Next.Delete(Sample.Now), 2, Token));

        await store.AddAsync(Queue.Create("3", Sample.Definition(prefix: "B"), Sample.Now), null, Token);
        Assert.Equal(["A", "B"], (await store.PrefixesAsync(["main"], Token))["main"].Order());
    }

    [Fact]
    public async Task Of_many_that_want_a_prefix_at_once_exactly_one_gets_it()
    {
        var (store, outbox) = await OpenAsync();
        var others = Enumerable
            .Range(0, 8)
            .Select(i => Queue.Create($"old {i}", Sample.Definition(prefix: $"O{(char)('A' + i)}"), Sample.Now));
        foreach (var other in others)
            await store.AddAsync(other, null, Token);

        var wins = await Task.WhenAll(
            others
                .Select(o => GetsAsync(() => store.SaveAsync(o.Next.Define(Sample.Definition(), Sample.Now), 1, null, Token)))
                .Concat(
                    Enumerable
                        .Range(0, 24)
                        .Select(i =>
                            GetsAsync(() => store.AddAsync(Queue.Create($"new {i}", Sample.Definition(), Sample.Now), null, Token))
                        )
                )
        );

        Assert.Single(wins, won => won);
        Assert.Single(await store.ListAsync(null, null, PageRequest.First(100), Token), q => q.Definition.Prefix == "A");
        Assert.Equal(9, (await outbox.ClaimAsync(100, [], Token)).Count);

        static Task<bool> GetsAsync(Func<Task> take) =>
            Task.Run(
                async () =>
                {
                    try
                    {
                        await take();
                        return true;
                    }
                    catch (RefusedException e) when (e.Code == ErrorCodes.PrefixTaken)
                    {
                        return false;
                    }
                },
                Token
            );
    }

    [Fact]
    public async Task Queues_that_share_a_prefix_already_go_on_and_nobody_joins_them()
    {
        var (store, _) = await OpenAsync();
        var first = Queue.Create("1", Sample.Definition(), Sample.Now);
        // As an earlier version made it.
        var second = Queue.Create("2", Sample.Definition(), Sample.Now) with { Takes = null };
        await store.AddAsync(first, null, Token);
        await store.AddAsync(second, null, Token);

        var renamed = second.Next.Define(Sample.Definition("Renamed"), Sample.Now);
        Assert.True(await store.SaveAsync(renamed, 1, null, Token));
        Assert.True(await store.SaveAsync(first.Next.Define(Sample.Definition(prefix: "B"), Sample.Now), 1, null, Token));
        await TakenAsync(() => store.AddAsync(Queue.Create("3", Sample.Definition(), Sample.Now), null, Token));
        Assert.True(await store.SaveAsync(renamed.Next.Define(Sample.Definition(prefix: "C"), Sample.Now), 2, null, Token));
        await store.AddAsync(Queue.Create("3", Sample.Definition(), Sample.Now), null, Token);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static async Task<string> TakenAsync(Func<Task> take)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(take);
        Assert.Equal(ErrorCodes.PrefixTaken, refusal.Code);
        return refusal.Message;
    }
}
