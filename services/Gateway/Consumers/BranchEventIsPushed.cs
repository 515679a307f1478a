using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Schema;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Tells those who follow a branch that it changed, or is gone.</summary>
internal sealed class BranchEventIsPushed(LiveTopics live, Recent<Branch> recent)
    : IEventConsumer<BranchUpdated>,
        IEventConsumer<BranchDeleted>
{
    public Task ConsumeAsync(BranchUpdated happened, CancellationToken cancellationToken) => Changed(happened.BranchId, happened);

    public Task ConsumeAsync(BranchDeleted happened, CancellationToken cancellationToken) => Changed(happened.BranchId, happened);

    private Task Changed(string branchId, object change)
    {
        recent.Forget(branchId);
        live.Publish(PushGroups.Branch(branchId), change);
        return Task.CompletedTask;
    }
}
