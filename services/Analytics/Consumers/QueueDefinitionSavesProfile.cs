using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Keeps what figures need of a queue's definition. <see cref="QueueDeleted"/> changes nothing here: the past of a deleted queue
/// stays readable.</summary>
internal sealed class QueueDefinitionSavesProfile(IAnalyticsStore store) : IEventConsumer<QueueCreated>, IEventConsumer<QueueUpdated>
{
    public Task ConsumeAsync(QueueCreated happened, CancellationToken cancellationToken) =>
        store.RecordQueueAsync(QueueProfile.Of(happened.Queue), cancellationToken);

    public Task ConsumeAsync(QueueUpdated happened, CancellationToken cancellationToken) =>
        store.RecordQueueAsync(QueueProfile.Of(happened.Queue), cancellationToken);
}
