using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>Definitions of queues: the copies kept from events. Nobody is asked, so booking goes on while the queue service is
/// away.</summary>
internal sealed class BookingQueues(IAppointmentStore store)
{
    /// <summary>The definition of a queue that was heard of; <c>null</c> for others, and for those that are no more.</summary>
    public async Task<QueueDefinition?> FindAsync(string queueId, CancellationToken cancellationToken) =>
        (await store.FindQueueAsync(queueId, cancellationToken))?.Definition;

    /// <summary>The definition of a queue.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>.</exception>
    public async Task<QueueDefinition> GetAsync(string queueId, CancellationToken cancellationToken) =>
        await FindAsync(queueId, cancellationToken) ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");
}
