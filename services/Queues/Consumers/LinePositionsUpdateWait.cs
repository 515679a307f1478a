using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Queues.Consumers;

/// <summary>Takes over what newcomers are told to expect, and tells the screens where that changed. Each process keeps it for
/// itself.</summary>
internal sealed class LinePositionsUpdateWait(ToldWaits told, StatusPublisher statuses)
    : IConsumer<LinePositionsChanged>,
        IConsumer<QueueDeleted>
{
    public Task Consume(ConsumeContext<LinePositionsChanged> context)
    {
        if (told.Hear(context.Message))
            statuses.Changed(context.Message.QueueId);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<QueueDeleted> context)
    {
        told.Forget(context.Message.QueueId);
        return Task.CompletedTask;
    }
}
