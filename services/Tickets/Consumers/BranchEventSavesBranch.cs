using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Takes down which branches there are, for counters to stand in, and clears the counters out of one that is deleted. The store
/// keeps the highest version, so repeats and disorder change nothing.</summary>
internal sealed class BranchEventSavesBranch(CounterDesk counters)
    : IEventConsumer<BranchCreated>,
        IEventConsumer<BranchUpdated>,
        IEventConsumer<BranchDeleted>
{
    public Task ConsumeAsync(BranchCreated happened, CancellationToken cancellationToken) =>
        counters.SaveBranchAsync(happened.BranchId, happened.Version, there: true, cancellationToken);

    public Task ConsumeAsync(BranchUpdated happened, CancellationToken cancellationToken) =>
        counters.SaveBranchAsync(happened.BranchId, happened.Version, there: true, cancellationToken);

    public Task ConsumeAsync(BranchDeleted happened, CancellationToken cancellationToken) =>
        counters.SaveBranchAsync(happened.BranchId, happened.Version, there: false, cancellationToken);
}
