using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Queues.Consumers;

/// <summary>Has a queue follow its branch once more after it was saved. The desk does so at once; its own service's event does where the
/// process died before, while the branch changed.</summary>
internal sealed class QueueEventFollowsBranch(QueueDesk desk) : IConsumer<QueueCreated>, IConsumer<QueueUpdated>
{
    public Task Consume(ConsumeContext<QueueCreated> context) => desk.FollowBranchAsync(context.Message.QueueId, context.CancellationToken);

    public Task Consume(ConsumeContext<QueueUpdated> context) => desk.FollowBranchAsync(context.Message.QueueId, context.CancellationToken);
}
