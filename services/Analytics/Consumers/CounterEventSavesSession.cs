using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records what a counter is from any counter event on.</summary>
internal sealed class CounterEventSavesSession<TEvent>(IAnalyticsStore store, AnalyticsOptions options) : IEventConsumer<TEvent>
    where TEvent : class, ICounterEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return Task.CompletedTask;
        var fact = CounterFact.Of(happened.Counter, happened.OccurredAt);
        return store.RecordCounterAsync(happened is CounterDeleted ? fact.Ended() : fact, cancellationToken);
    }
}
