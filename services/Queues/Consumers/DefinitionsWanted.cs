using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Tells every queue's definition again. Who keeps copies takes the highest version, so one that is changed or deleted meanwhile
/// stays so.</summary>
internal sealed class DefinitionsWanted(IQueueStore store, IEventPublisher bus, TimeProvider time) : IEventConsumer<QueueDefinitionsWanted>
{
    public async Task ConsumeAsync(QueueDefinitionsWanted happened, CancellationToken cancellationToken)
    {
        await foreach (var queue in store.AllAsync(branchId: null, cancellationToken))
        {
            var told = queue.Told(time.Now());
            await bus.PublishAsync(told, told.EventId, cancellationToken);
        }
    }
}
