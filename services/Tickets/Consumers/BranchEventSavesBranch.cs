using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Takes down which branches there are, for counters to stand in, and clears the counters out of one that is deleted. The store
/// keeps the highest version, so repeats and disorder change nothing.</summary>
internal sealed class BranchEventSavesBranch(CounterDesk counters)
    : IConsumer<BranchCreated>,
        IConsumer<BranchUpdated>,
        IConsumer<BranchDeleted>
{
    public Task Consume(ConsumeContext<BranchCreated> context) =>
        counters.SaveBranchAsync(context.Message.BranchId, context.Message.Version, there: true, context.CancellationToken);

    public Task Consume(ConsumeContext<BranchUpdated> context) =>
        counters.SaveBranchAsync(context.Message.BranchId, context.Message.Version, there: true, context.CancellationToken);

    public Task Consume(ConsumeContext<BranchDeleted> context) =>
        counters.SaveBranchAsync(context.Message.BranchId, context.Message.Version, there: false, context.CancellationToken);
}
