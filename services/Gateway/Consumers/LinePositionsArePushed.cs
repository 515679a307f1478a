using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes where they stand now to those who follow a ticket.</summary>
internal sealed class LinePositionsArePushed(TicketTracking tracking) : IConsumer<LinePositionsChanged>
{
    public Task Consume(ConsumeContext<LinePositionsChanged> context) => tracking.MovedAsync(context.Message, context.CancellationToken);
}
