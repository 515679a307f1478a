using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecasts of the lines of a branch which of its counters are open. A forecast keeps the highest version, so repeats
/// and disorder change nothing.</summary>
internal sealed class CounterEventMovesForecasts(LineForecasts forecasts)
    : IEventConsumer<CounterOpened>,
        IEventConsumer<CounterOnBreak>,
        IEventConsumer<CounterClosed>,
        IEventConsumer<CounterUpdated>,
        IEventConsumer<CounterDeleted>
{
    public Task ConsumeAsync(CounterOpened happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: false, happened.OccurredAt);

    public Task ConsumeAsync(CounterOnBreak happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: false, happened.OccurredAt);

    public Task ConsumeAsync(CounterClosed happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: false, happened.OccurredAt);

    public Task ConsumeAsync(CounterUpdated happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: false, happened.OccurredAt);

    public Task ConsumeAsync(CounterDeleted happened, CancellationToken cancellationToken) =>
        forecasts.HearAsync(happened.Counter, deleted: true, happened.OccurredAt);
}
