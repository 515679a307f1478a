using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Keeps what is told of a counter, and has the queues that list it follow its name or its end. A delivery that dies in between is
/// repeated whole: which names are still to be followed is kept with the counter.</summary>
internal sealed class CounterEventSavesCounter(ICounterStore counters, QueueDesk desk)
    : IEventConsumer<CounterCreated>,
        IEventConsumer<CounterUpdated>,
        IEventConsumer<CounterDeleted>
{
    public Task ConsumeAsync(CounterCreated happened, CancellationToken cancellationToken) =>
        SaveAsync(Counter.Of(happened.Counter, isDeleted: false), cancellationToken);

    public Task ConsumeAsync(CounterUpdated happened, CancellationToken cancellationToken) =>
        SaveAsync(Counter.Of(happened.Counter, isDeleted: false), cancellationToken);

    public Task ConsumeAsync(CounterDeleted happened, CancellationToken cancellationToken) =>
        SaveAsync(Counter.Of(happened.Counter, isDeleted: true), cancellationToken);

    private async Task SaveAsync(Counter told, CancellationToken cancellationToken)
    {
        var counter = await counters.SaveAsync(told, cancellationToken);
        if (counter.Former.Count == 0)
            return;
        do
        {
            // As it is now: another delivery of a later version may have been followed already, and this one come behind it.
            counter = (await counters.FindAsync([counter.Id], cancellationToken)).Single();
            await desk.FollowAsync(counter, cancellationToken);
        } while (!await counters.FollowedAsync(counter, cancellationToken));
    }
}
