using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecasts of the lines of a branch which of its counters are open. A forecast keeps the highest version, so repeats
/// and disorder change nothing.</summary>
internal sealed class CounterEventMovesForecasts(LineForecasts forecasts)
    : IConsumer<CounterOpened>,
        IConsumer<CounterOnBreak>,
        IConsumer<CounterClosed>,
        IConsumer<CounterUpdated>,
        IConsumer<CounterDeleted>
{
    public Task Consume(ConsumeContext<CounterOpened> context) =>
        forecasts.HearAsync(context.Message.Counter, deleted: false, context.Message.OccurredAt);

    public Task Consume(ConsumeContext<CounterOnBreak> context) =>
        forecasts.HearAsync(context.Message.Counter, deleted: false, context.Message.OccurredAt);

    public Task Consume(ConsumeContext<CounterClosed> context) =>
        forecasts.HearAsync(context.Message.Counter, deleted: false, context.Message.OccurredAt);

    public Task Consume(ConsumeContext<CounterUpdated> context) =>
        forecasts.HearAsync(context.Message.Counter, deleted: false, context.Message.OccurredAt);

    public Task Consume(ConsumeContext<CounterDeleted> context) =>
        forecasts.HearAsync(context.Message.Counter, deleted: true, context.Message.OccurredAt);
}
