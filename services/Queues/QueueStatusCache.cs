using System.Collections.Concurrent;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>
/// How the queues stand. What was computed serves everyone who asks within a second, unless this process hears of a change before;
/// another process may hear of it instead, hence the second. After a change a long line is not read again at once, but a tenth of a
/// millisecond a ticket after it was read last: where it moves all the time and many ask, it would be read for each of them.
/// </summary>
internal sealed class QueueStatusCache(ILineStore store, ToldWaits told, TimeProvider time)
{
    /// <summary>How many tickets make a line a long one.</summary>
    public const int Long = 1000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastAgeOfATicket = TimeSpan.FromMilliseconds(0.1);
    private readonly ConcurrentDictionary<string, Entry> entries = new();

    // How many tickets were in each line when it was read last.
    private readonly ConcurrentDictionary<string, int> lengths = new(StringComparer.Ordinal);

    /// <summary>How each of the queues stands, by id.</summary>
    public async Task<IReadOnlyDictionary<string, LineStatus>> ReadAsync(
        IReadOnlyCollection<Queue> queues,
        CancellationToken cancellationToken
    )
    {
        var now = time.Now();
        return await ReadAsync(
            queues,
            entry => now - entry.At < (entry.Outdated ? LeastAge(entry.QueueId) : MaxAge),
            now,
            cancellationToken
        );
    }

    /// <summary>How a queue stands.</summary>
    public async Task<LineStatus> ReadAsync(Queue queue, CancellationToken cancellationToken) =>
        (await ReadAsync([queue], cancellationToken))[queue.Id];

    /// <summary>How a queue stands with every change in it that was heard of before.</summary>
    public async Task<LineStatus> ReadLatestAsync(Queue queue, CancellationToken cancellationToken)
    {
        var now = time.Now();
        return (await ReadAsync([queue], entry => now - entry.At < MaxAge && !entry.Outdated, now, cancellationToken))[queue.Id];
    }

    /// <summary>What was computed of this queue no longer holds.</summary>
    public void Changed(string queueId)
    {
        if (entries.TryGetValue(queueId, out var entry))
            entry.Outdated = true;
    }

    /// <summary>The queue is gone.</summary>
    public void Forget(string queueId)
    {
        entries.TryRemove(queueId, out _);
        lengths.TryRemove(queueId, out _);
    }

    /// <summary>How many tickets were in the line of a queue when it was read last.</summary>
    public int LengthOf(string queueId) => lengths.GetValueOrDefault(queueId);

    private async Task<IReadOnlyDictionary<string, LineStatus>> ReadAsync(
        IReadOnlyCollection<Queue> queues,
        Func<Entry, bool> serves,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var statuses = new Dictionary<string, Task<LineStatus>>();
        var missing = new List<Queue>();
        foreach (var queue in queues)
        {
            if (entries.TryGetValue(queue.Id, out var entry) && entry.Version == queue.Version && serves(entry))
                statuses[queue.Id] = entry.Status;
            else
                missing.Add(queue);
        }

        if (missing.Count > 0)
            Compute(missing, now, statuses);
        var result = new Dictionary<string, LineStatus>();
        foreach (var (id, status) in statuses)
            result[id] = await status.WaitAsync(cancellationToken);
        return result;
    }

    // The entries are there before the store is read: a change that comes in between outdates them, so nothing older than it stays.
    private void Compute(List<Queue> queues, DateTimeOffset now, Dictionary<string, Task<LineStatus>> statuses)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var figures = ReadAfterAsync(start.Task, queues, now);
        foreach (var queue in queues)
        {
            var entry = new Entry(queue.Id, queue.Version, now, StatusOf(queue, figures, now));
            statuses[queue.Id] = entry.Status;
            entries[queue.Id] = entry;
        }

        start.SetResult();
    }

    private async Task<IReadOnlyDictionary<string, LineFigures>> ReadAfterAsync(Task start, List<Queue> queues, DateTimeOffset now)
    {
        await start;
        try
        {
            // Several requests wait for it: none of them may take it back.
            return await store.ReadAsync([.. queues.Select(q => LineQuery.Of(q, now))], CancellationToken.None);
        }
        catch
        {
            foreach (var queue in queues)
                entries.TryRemove(queue.Id, out _);
            throw;
        }
    }

    private async Task<LineStatus> StatusOf(Queue queue, Task<IReadOnlyDictionary<string, LineFigures>> figures, DateTimeOffset now)
    {
        var status = LineStatus.Of(queue.Definition, (await figures)[queue.Id], told.Of(queue.Id), now);
        lengths[queue.Id] = status.ActiveTickets.Count;
        return status;
    }

    private TimeSpan LeastAge(string queueId) => LengthOf(queueId) is var length and >= Long ? LeastAgeOfATicket * length : TimeSpan.Zero;

    private sealed record Entry(string QueueId, long Version, DateTimeOffset At, Task<LineStatus> Status)
    {
        private volatile bool outdated;

        /// <summary>Whether something has changed since.</summary>
        public bool Outdated
        {
            get => outdated;
            set => outdated = value;
        }
    }
}
