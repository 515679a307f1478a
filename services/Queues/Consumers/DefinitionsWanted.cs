using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Tells every queue's definition again. Who keeps copies takes the highest version, so one that is changed or deleted meanwhile
/// stays so.</summary>
internal sealed class DefinitionsWanted(IQueueStore store, TimeProvider time) : IConsumer<QueueDefinitionsWanted>
{
    private const int PageSize = 200;

    public async Task Consume(ConsumeContext<QueueDefinitionsWanted> context)
    {
        var page = PageRequest.First(PageSize);
        IReadOnlyList<Queue> queues;
        do
        {
            queues = await store.ListAsync(null, page, context.CancellationToken);
            foreach (var queue in queues)
                await context.Publish(queue.Told(time.Now()), context.CancellationToken);
            if (queues.Count > 0)
                page = page.Behind(queues[^1].Id);
        } while (queues.Count > PageSize);
    }
}
