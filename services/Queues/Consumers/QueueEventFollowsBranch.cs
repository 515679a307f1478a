using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Queues.Consumers;

/// <summary>Has a queue follow its branch once more after it was saved. The desk does so at once; its own service's event does where the
/// process died before, while the branch changed.</summary>
internal sealed class QueueEventFollowsBranch(QueueDesk desk) : IEventConsumer<QueueCreated>, IEventConsumer<QueueUpdated>
{
    public Task ConsumeAsync(QueueCreated happened, CancellationToken cancellationToken) =>
        desk.FollowBranchAsync(happened.QueueId, cancellationToken);

    public Task ConsumeAsync(QueueUpdated happened, CancellationToken cancellationToken) =>
        desk.FollowBranchAsync(happened.QueueId, cancellationToken);
}
