using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecast of a line what happened in it. The forecast keeps the highest version, so repeats and disorder change
/// nothing.</summary>
internal sealed class TicketEventMovesForecast<TEvent>(LineForecasts forecasts) : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken) => forecasts.HearAsync(happened);
}
