using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Definitions of queues: the copies kept from events, and the queue service itself only for a queue never heard of.</summary>
internal sealed class QueuePolicies(ITicketStore store, QueueClient queues)
{
    /// <summary>The definition of a queue.</summary>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_FOUND</c>, or <c>SERVICE_UNAVAILABLE</c> for an unknown queue while the queue
    /// service is away.</exception>
    public async Task<QueueDefinition> GetAsync(string queueId, CancellationToken cancellationToken) =>
        await FindAsync(queueId, cancellationToken) ?? throw new RefusedException(ErrorCodes.QueueNotFound, "There is no such queue.");

    /// <summary>The definition of a queue that was heard of; <c>null</c> for others.</summary>
    public async Task<QueueDefinition?> FindKnownAsync(string queueId, CancellationToken cancellationToken) =>
        (await store.FindPolicyAsync(queueId, cancellationToken))?.Definition;

    /// <summary>The definition of a queue; <c>null</c> if there is none, or none any more.</summary>
    public async Task<QueueDefinition?> FindAsync(string queueId, CancellationToken cancellationToken)
    {
        if (await store.FindPolicyAsync(queueId, cancellationToken) is { } policy)
            return policy.Definition;
        if (await queues.FindAsync(queueId, cancellationToken) is not { } definition)
            return null;
        await store.SavePolicyAsync(new QueuePolicy(definition.Id, definition.Version, definition), cancellationToken);
        return definition;
    }
}
