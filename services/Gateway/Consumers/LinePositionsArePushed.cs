using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Push;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes where they stand now to those who follow a ticket, and keeps what newcomers are told.</summary>
internal sealed class LinePositionsArePushed(TicketTracking tracking, NewcomerWaits waits) : IConsumer<LinePositionsChanged>
{
    public Task Consume(ConsumeContext<LinePositionsChanged> context)
    {
        waits.Hear(context.Message);
        return tracking.MovedAsync(context.Message, context.CancellationToken);
    }
}
