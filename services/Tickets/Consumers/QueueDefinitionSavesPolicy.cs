using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps the copies of queue definitions up to date, and makes the counters that one names for the first time. The store keeps the
/// highest version, so repeats and disorder change nothing.</summary>
internal sealed class QueueDefinitionSavesPolicy(QueuePolicies policies, CounterDesk counters)
    : IEventConsumer<QueueCreated>,
        IEventConsumer<QueueUpdated>,
        IEventConsumer<QueueAnnouncement>
{
    public Task ConsumeAsync(QueueCreated happened, CancellationToken cancellationToken) => SaveAsync(happened.Queue, cancellationToken);

    public Task ConsumeAsync(QueueUpdated happened, CancellationToken cancellationToken) => SaveAsync(happened.Queue, cancellationToken);

    // Said by an earlier version of the queue service it comes without the definition.
    public Task ConsumeAsync(QueueAnnouncement happened, CancellationToken cancellationToken) =>
        happened.Queue is { } queue ? SaveAsync(queue, cancellationToken) : Task.CompletedTask;

    private async Task SaveAsync(QueueDefinition queue, CancellationToken cancellationToken)
    {
        var known = await policies.FindAsync(queue.Id, cancellationToken);
        // First, so that a delivery which dies in between is repeated whole. Only what is new: whoever takes a queue from a counter later
        // does not find it there again.
        if (known is null || known.Version < queue.Version)
            await counters.LinkAsync(queue, [.. queue.Counters.Except(known?.Counters ?? [])], cancellationToken);
        await policies.SaveAsync(new QueuePolicy(queue.Id, queue.Version, queue), cancellationToken);
    }
}
