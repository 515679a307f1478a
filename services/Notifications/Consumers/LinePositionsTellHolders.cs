using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Notifications.Following;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells holders of tickets how their line goes on. Each process tells those it follows; none is told twice.</summary>
internal sealed class LinePositionsTellHolders(LineWatch lines) : IConsumer<LinePositionsChanged>
{
    public Task Consume(ConsumeContext<LinePositionsChanged> context) => lines.MovedAsync(context.Message, context.CancellationToken);
}
