using MassTransit;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Keeps what figures need of a queue's definition. <see cref="QueueDeleted"/> changes nothing here: the past of a deleted queue
/// stays readable.</summary>
internal sealed class QueueDefinitionSavesProfile(IAnalyticsStore store) : IConsumer<QueueCreated>, IConsumer<QueueUpdated>
{
    public Task Consume(ConsumeContext<QueueCreated> context) =>
        store.RecordQueueAsync(QueueProfile.Of(context.Message.Queue), context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) =>
        store.RecordQueueAsync(QueueProfile.Of(context.Message.Queue), context.CancellationToken);
}
