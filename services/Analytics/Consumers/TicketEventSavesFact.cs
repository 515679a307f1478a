using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Analytics.Consumers;

/// <summary>Records the ticket of any ticket event.</summary>
internal sealed class TicketEventSavesFact<TEvent>(IAnalyticsStore store, AnalyticsOptions options) : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) =>
        options.Enabled ? store.RecordTicketAsync(TicketFact.Of(happened.Ticket), cancellationToken) : Task.CompletedTask;
}
