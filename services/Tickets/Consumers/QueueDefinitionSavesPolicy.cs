using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps the copies of queue definitions up to date. The store keeps the highest version, so repeats and disorder change
/// nothing.</summary>
internal sealed class QueueDefinitionSavesPolicy(QueuePolicies policies)
    : IConsumer<QueueCreated>,
        IConsumer<QueueUpdated>,
        IConsumer<QueueAnnouncement>
{
    public Task Consume(ConsumeContext<QueueCreated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    // Said by an earlier version of the queue service it comes without the definition.
    public Task Consume(ConsumeContext<QueueAnnouncement> context) =>
        context.Message.Queue is { } queue ? SaveAsync(queue, context.CancellationToken) : Task.CompletedTask;

    private Task SaveAsync(QueueDefinition queue, CancellationToken cancellationToken) =>
        policies.SaveAsync(new QueuePolicy(queue.Id, queue.Version, queue), cancellationToken);
}
