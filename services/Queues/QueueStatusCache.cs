using System.Collections.Concurrent;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>
/// How the queues stand. What was computed serves everyone who asks within a second, unless this process hears of a change before;
/// another process may hear of it instead, hence the second.
/// </summary>
internal sealed class QueueStatusCache(ILineStore store, ToldWaits told, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Entry> entries = new();

    /// <summary>How each of the queues stands, by id.</summary>
    public async Task<IReadOnlyDictionary<string, LineStatus>> ReadAsync(
        IReadOnlyCollection<Queue> queues,
        CancellationToken cancellationToken
    )
    {
        var now = time.Now();
        var statuses = new Dictionary<string, Task<LineStatus>>();
        var missing = new List<Queue>();
        foreach (var queue in queues)
        {
            if (entries.TryGetValue(queue.Id, out var entry) && entry.Version == queue.Version && now - entry.At < MaxAge)
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

    /// <summary>How a queue stands.</summary>
    public async Task<LineStatus> ReadAsync(Queue queue, CancellationToken cancellationToken) =>
        (await ReadAsync([queue], cancellationToken))[queue.Id];

    /// <summary>What was computed of this queue no longer holds.</summary>
    public void Forget(string queueId) => entries.TryRemove(queueId, out _);

    // The entries are there before the store is read: a change that comes in between removes them, so nothing older than it stays.
    private void Compute(List<Queue> queues, DateTimeOffset now, Dictionary<string, Task<LineStatus>> statuses)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var figures = ReadAfterAsync(start.Task, queues, now);
        foreach (var queue in queues)
        {
            var entry = new Entry(queue.Version, now, StatusOf(queue, figures, now));
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
                Forget(queue.Id);
            throw;
        }
    }

    private async Task<LineStatus> StatusOf(Queue queue, Task<IReadOnlyDictionary<string, LineFigures>> figures, DateTimeOffset now) =>
        LineStatus.Of(queue.Definition, (await figures)[queue.Id], told.Of(queue.Id), now);

    private sealed record Entry(long Version, DateTimeOffset At, Task<LineStatus> Status);
}
