using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Schema;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Push;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Tells those who follow a branch that it changed, or is gone.</summary>
internal sealed class BranchEventIsPushed(LiveTopics live, Recent<Branch> recent) : IConsumer<BranchUpdated>, IConsumer<BranchDeleted>
{
    public Task Consume(ConsumeContext<BranchUpdated> context) => Changed(context.Message.BranchId, context.Message);

    public Task Consume(ConsumeContext<BranchDeleted> context) => Changed(context.Message.BranchId, context.Message);

    private Task Changed(string branchId, object change)
    {
        recent.Forget(branchId);
        live.Publish(PushGroups.Branch(branchId), change);
        return Task.CompletedTask;
    }
}
