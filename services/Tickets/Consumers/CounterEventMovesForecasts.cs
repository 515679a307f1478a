using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecasts of the lines of a branch which of its counters are open. A forecast keeps the highest version, so repeats
/// and disorder change nothing.</summary>
internal sealed class CounterEventMovesForecasts<TEvent>(LineForecasts forecasts) : IEventConsumer<TEvent>
    where TEvent : class, ICounterEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: happened is CounterDeleted, happened.OccurredAt);
}
