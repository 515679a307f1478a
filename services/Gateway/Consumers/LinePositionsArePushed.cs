using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes where they stand now to those who follow a ticket, and keeps what newcomers are told.</summary>
internal sealed class LinePositionsArePushed(TicketTracking tracking, NewcomerWaits waits) : IEventConsumer<LinePositionsChanged>
{
    public Task ConsumeAsync(LinePositionsChanged happened, CancellationToken cancellationToken)
    {
        waits.Hear(happened);
        return tracking.MovedAsync(happened, cancellationToken);
    }
}
