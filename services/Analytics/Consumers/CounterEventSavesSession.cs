using MassTransit;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records what a counter is from any counter event on.</summary>
internal sealed class CounterEventSavesSession(IAnalyticsStore store, AnalyticsOptions options)
    : IConsumer<CounterCreated>,
        IConsumer<CounterUpdated>,
        IConsumer<CounterOpened>,
        IConsumer<CounterOnBreak>,
        IConsumer<CounterClosed>,
        IConsumer<CounterDeleted>
{
    public Task Consume(ConsumeContext<CounterCreated> context) => SaveAsync(context, context.Message.Counter);

    public Task Consume(ConsumeContext<CounterUpdated> context) => SaveAsync(context, context.Message.Counter);

    public Task Consume(ConsumeContext<CounterOpened> context) => SaveAsync(context, context.Message.Counter);

    public Task Consume(ConsumeContext<CounterOnBreak> context) => SaveAsync(context, context.Message.Counter);

    public Task Consume(ConsumeContext<CounterClosed> context) => SaveAsync(context, context.Message.Counter);

    public Task Consume(ConsumeContext<CounterDeleted> context) => SaveAsync(context, context.Message.Counter);

    private Task SaveAsync<TEvent>(ConsumeContext<TEvent> context, CounterState counter)
        where TEvent : class, IEvent
    {
        if (!options.Enabled)
            return Task.CompletedTask;
        var fact = CounterFact.Of(counter, context.Message.OccurredAt);
        return store.RecordCounterAsync(context.Message is CounterDeleted ? fact.Ended() : fact, context.CancellationToken);
    }
}
