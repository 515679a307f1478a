using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Keeps the copies of queue definitions up to date. The store keeps the highest version, so repeats and disorder change nothing;
/// what is booked stays, and is told from then on to be outside of the hours if it is.</summary>
internal sealed class QueueEventSavesQueue(IAppointmentStore store)
    : IEventConsumer<QueueCreated>,
        IEventConsumer<QueueUpdated>,
        IEventConsumer<QueueAnnouncement>,
        IEventConsumer<QueueDeleted>
{
    public Task ConsumeAsync(QueueCreated happened, CancellationToken cancellationToken) => SaveAsync(happened.Queue, cancellationToken);

    public Task ConsumeAsync(QueueUpdated happened, CancellationToken cancellationToken) => SaveAsync(happened.Queue, cancellationToken);

    // Said by an earlier version of the queue service it comes without the definition.
    public Task ConsumeAsync(QueueAnnouncement happened, CancellationToken cancellationToken) =>
        happened.Queue is { } queue ? SaveAsync(queue, cancellationToken) : Task.CompletedTask;

    public Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken) =>
        store.SaveQueueAsync(new QueueCopy(happened.QueueId, happened.Version, null), cancellationToken);

    private Task SaveAsync(QueueDefinition queue, CancellationToken cancellationToken) =>
        store.SaveQueueAsync(new QueueCopy(queue.Id, queue.Version, queue), cancellationToken);
}
