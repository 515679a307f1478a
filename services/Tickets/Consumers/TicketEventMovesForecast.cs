using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecast of a line what happened in it. The forecast keeps the highest version, so repeats and disorder change
/// nothing.</summary>
internal sealed class TicketEventMovesForecast<TEvent>(LineForecasts forecasts) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task Consume(ConsumeContext<TEvent> context) => forecasts.HearAsync(context.Message);
}
