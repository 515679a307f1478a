using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells the forecast of a line what happened in it. The forecast keeps the highest version, so repeats and disorder change
/// nothing.</summary>
internal sealed class LineMoved<TEvent>(LineForecasts forecasts) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public Task Consume(ConsumeContext<TEvent> context) => forecasts.ApplyAsync(context.Message);
}
