using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>
/// Tells the screens how a queue stands, at most five times a second each; a long line, whose tickets are all in it, more rarely: the bytes
/// a second stay the same. Who is called is told apart, at once. Not through the outbox: it is derived, and the latest is all that counts.
/// </summary>
internal sealed class StatusPublisher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    private readonly IQueueStore queues;
    private readonly QueueStatusCache board;
    private readonly IEventPublisher bus;
    private readonly TimeProvider time;
    private readonly ILogger<StatusPublisher> log;
    private readonly Coalescer coalescer;

    public StatusPublisher(IQueueStore queues, QueueStatusCache board, IEventPublisher bus, TimeProvider time, ILogger<StatusPublisher> log)
    {
        this.queues = queues;
        this.board = board;
        this.bus = bus;
        this.time = time;
        this.log = log;
        coalescer = new Coalescer(Interval, PublishAsync, time, queueId => 1 + board.LengthOf(queueId) / QueueStatusCache.Long);
    }

    /// <summary>The queue's line or definition changed.</summary>
    public void Changed(string queueId)
    {
        board.Changed(queueId);
        coalescer.Changed(queueId);
    }

    public ValueTask DisposeAsync() => coalescer.DisposeAsync();

    private async Task<bool> PublishAsync(string queueId, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            if (await queues.FindAsync(queueId, timeout.Token) is not { } queue)
                return true;
            var status = await board.ReadLatestAsync(queue, timeout.Token);
            var message = new QueueStatusChanged
            {
                EventId = Guid.CreateVersion7(time.GetUtcNow()),
                OccurredAt = time.Now(),
                QueueId = queueId,
                CurrentNumber = status.CurrentNumber,
                ActiveTickets = status.ActiveTickets,
                Statistics = status.Statistics,
            };
            await bus.PublishAsync(message, message.EventId, timeout.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            QueuesLog.StatusFailed(log, e, queueId);
            return false;
        }
    }
}
