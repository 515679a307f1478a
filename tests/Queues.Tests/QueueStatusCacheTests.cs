using Microsoft.Extensions.Time.Testing;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

public sealed class QueueStatusCacheTests
{
    private readonly FakeTimeProvider time = new(Sample.Now);
    private readonly CountedLine store = new();
    private readonly Queue queue = Queue.Create("q", Sample.Definition(), Sample.Now).Next;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_in_a_short_line_is_there_for_whoever_asks_next()
    {
        store.Waiting = 3;
        var cache = Cache();
        await cache.ReadAsync(queue, Token);
        store.Waiting = 4;
        Assert.Equal(3, (await cache.ReadAsync(queue, Token)).Statistics.Waiting);

        cache.Changed(queue.Id);

        Assert.Equal(4, (await cache.ReadAsync(queue, Token)).Statistics.Waiting);
    }

    [Fact]
    public async Task A_long_line_that_moves_all_the_time_is_read_a_few_times_a_second_and_always_for_the_screens()
    {
        store.Waiting = 5000;
        var cache = Cache();
        await cache.ReadAsync(queue, Token);
        for (var ms = 0; ms < 1000; ms += 10)
        {
            cache.Changed(queue.Id);
            await cache.ReadAsync(queue, Token);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(2, store.Reads);
        store.Waiting = 5001;
        cache.Changed(queue.Id);
        Assert.Equal(5001, (await cache.ReadLatestAsync(queue, Token)).Statistics.Waiting);
    }

    [Fact]
    public async Task What_could_not_be_read_is_read_again()
    {
        store.Away = true;
        var cache = Cache();
        await Assert.ThrowsAsync<IOException>(() => cache.ReadAsync(queue, Token));
        store.Away = false;

        Assert.Equal(0, (await cache.ReadAsync(queue, Token)).Statistics.Waiting);
    }

    private QueueStatusCache Cache() => new(store, new ToldWaits(time), time);

    private sealed class CountedLine : ILineStore
    {
        public int Waiting { get; set; }

        public bool Away { get; set; }

        public int Reads { get; private set; }

        public Task<IReadOnlyDictionary<string, LineFigures>> ReadAsync(
            IReadOnlyCollection<LineQuery> queries,
            CancellationToken cancellationToken
        )
        {
            Reads++;
            if (Away)
                throw new IOException("away");
            var figures = new LineFigures { Waiting = [.. Enumerable.Range(0, Waiting).Select(n => $"t{n}")] };
            return Task.FromResult<IReadOnlyDictionary<string, LineFigures>>(queries.ToDictionary(q => q.QueueId, _ => figures));
        }

        public Task SaveAsync(LineTicket ticket, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DropQueueAsync(string queueId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> DropClosedAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
