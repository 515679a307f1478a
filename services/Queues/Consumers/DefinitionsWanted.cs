using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Tells every queue's definition again. Who keeps copies takes the highest version, so one that is changed or deleted meanwhile
/// stays so.</summary>
internal sealed class DefinitionsWanted(IQueueStore store, TimeProvider time) : IConsumer<QueueDefinitionsWanted>
{
    public async Task Consume(ConsumeContext<QueueDefinitionsWanted> context)
    {
        await foreach (var queue in store.AllAsync(branchId: null, context.CancellationToken))
            await context.Publish(queue.Told(time.Now()), context.CancellationToken);
    }
}
