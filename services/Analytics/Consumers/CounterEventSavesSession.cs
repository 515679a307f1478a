using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records what a counter is from any counter event on.</summary>
internal sealed class CounterEventSavesSession(IAnalyticsStore store, AnalyticsOptions options)
    : IEventConsumer<CounterCreated>,
        IEventConsumer<CounterUpdated>,
        IEventConsumer<CounterOpened>,
        IEventConsumer<CounterOnBreak>,
        IEventConsumer<CounterClosed>,
        IEventConsumer<CounterDeleted>
{
    public Task ConsumeAsync(CounterCreated happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    public Task ConsumeAsync(CounterUpdated happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    public Task ConsumeAsync(CounterOpened happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    public Task ConsumeAsync(CounterOnBreak happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    public Task ConsumeAsync(CounterClosed happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    public Task ConsumeAsync(CounterDeleted happened, CancellationToken cancellationToken) =>
        SaveAsync(happened, happened.Counter, cancellationToken);

    private Task SaveAsync(IEvent happened, CounterState counter, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return Task.CompletedTask;
        var fact = CounterFact.Of(counter, happened.OccurredAt);
        return store.RecordCounterAsync(happened is CounterDeleted ? fact.Ended() : fact, cancellationToken);
    }
}
