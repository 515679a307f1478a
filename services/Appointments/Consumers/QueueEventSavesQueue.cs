using MassTransit;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Keeps the copies of queue definitions up to date. The store keeps the highest version, so repeats and disorder change nothing;
/// what is booked stays, and is told from then on to be outside of the hours if it is.</summary>
internal sealed class QueueEventSavesQueue(IAppointmentStore store)
    : IConsumer<QueueCreated>,
        IConsumer<QueueUpdated>,
        IConsumer<QueueAnnouncement>,
        IConsumer<QueueDeleted>
{
    public Task Consume(ConsumeContext<QueueCreated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) => SaveAsync(context.Message.Queue, context.CancellationToken);

    // Said by an earlier version of the queue service it comes without the definition.
    public Task Consume(ConsumeContext<QueueAnnouncement> context) =>
        context.Message.Queue is { } queue ? SaveAsync(queue, context.CancellationToken) : Task.CompletedTask;

    public Task Consume(ConsumeContext<QueueDeleted> context) =>
        store.SaveQueueAsync(new QueueCopy(context.Message.QueueId, context.Message.Version, null), context.CancellationToken);

    private Task SaveAsync(QueueDefinition queue, CancellationToken cancellationToken) =>
        store.SaveQueueAsync(new QueueCopy(queue.Id, queue.Version, queue), cancellationToken);
}
