using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Keeps the copies of queue definitions up to date. The store keeps the highest version, so repeats and disorder change
/// nothing.</summary>
internal sealed class QueueDefinitionSavesPolicy(ITicketStore store) : IConsumer<QueueCreated>, IConsumer<QueueUpdated>
{
    public Task Consume(ConsumeContext<QueueCreated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    private Task SaveAsync(QueueDefinition queue, CancellationToken cancellationToken) =>
        store.SavePolicyAsync(new QueuePolicy(queue.Id, queue.Version, queue), cancellationToken);
}
