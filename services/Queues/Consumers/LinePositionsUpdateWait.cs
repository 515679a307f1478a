using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Queues.Consumers;

/// <summary>Takes over what newcomers are told to expect, and tells the screens where that changed. Each process keeps it for
/// itself.</summary>
internal sealed class LinePositionsUpdateWait(ToldWaits told, StatusPublisher statuses)
    : IEventConsumer<LinePositionsChanged>,
        IEventConsumer<QueueDeleted>
{
    public Task ConsumeAsync(LinePositionsChanged happened, CancellationToken cancellationToken)
    {
        if (told.Hear(happened))
            statuses.Changed(happened.QueueId);
        return Task.CompletedTask;
    }

    public Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken)
    {
        told.Forget(happened.QueueId);
        return Task.CompletedTask;
    }
}
