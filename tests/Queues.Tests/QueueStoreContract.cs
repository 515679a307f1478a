using SmartQueue.Contracts;
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
        Assert.Empty(await store.ListAsync(null, PageRequest.First(10), Token));
    }

    [Fact]
    public async Task Queues_are_listed_in_the_order_they_were_made_with_one_more_than_the_page()
    {
        var (store, _) = await OpenAsync();
        foreach (var id in new[] { "3", "1", "2", "4" })
            await store.AddAsync(Queue.Create(id, Sample.Definition() with { IsActive = id != "2" }, Sample.Now), null, Token);

        Assert.Equal(["1", "2", "3"], (await store.ListAsync(null, PageRequest.First(2), Token)).Select(q => q.Id));
        Assert.Equal(["1", "3", "4"], (await store.ListAsync(true, PageRequest.First(10), Token)).Select(q => q.Id));
        Assert.Equal(["2"], (await store.ListAsync(false, PageRequest.First(10), Token)).Select(q => q.Id));
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
        var other = Queue.Create("other", Sample.Definition(), Sample.Now);
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

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
