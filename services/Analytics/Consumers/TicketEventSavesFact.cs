using MassTransit;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records the ticket of any ticket event.</summary>
internal sealed class TicketEventSavesFact<TEvent>(IAnalyticsStore store, AnalyticsOptions options) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task Consume(ConsumeContext<TEvent> context) =>
        options.Enabled ? store.RecordTicketAsync(TicketFact.Of(context.Message.Ticket), context.CancellationToken) : Task.CompletedTask;
}
