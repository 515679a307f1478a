using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Queues.Consumers;

/// <summary>Gives a branch's new time zone, hours and closures to its queues that have none of their own. It hears its own service's event,
/// so that a crash after the change leaves none behind.</summary>
internal sealed class BranchUpdatedMovesQueues(QueueDesk desk) : IEventConsumer<BranchUpdated>
{
    public Task ConsumeAsync(BranchUpdated happened, CancellationToken cancellationToken) =>
        desk.FollowAsync(happened.BranchId, cancellationToken);
}
