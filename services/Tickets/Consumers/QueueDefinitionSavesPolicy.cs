using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps the copies of queue definitions up to date, and makes the counters that one names for the first time. The store keeps the
/// highest version, so repeats and disorder change nothing.</summary>
internal sealed class QueueDefinitionSavesPolicy(QueuePolicies policies, CounterDesk counters)
    : IConsumer<QueueCreated>,
        IConsumer<QueueUpdated>,
        IConsumer<QueueAnnouncement>
{
    public Task Consume(ConsumeContext<QueueCreated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    // Said by an earlier version of the queue service it comes without the definition.
    public Task Consume(ConsumeContext<QueueAnnouncement> context) =>
        context.Message.Queue is { } queue ? SaveAsync(queue, context.CancellationToken) : Task.CompletedTask;

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
