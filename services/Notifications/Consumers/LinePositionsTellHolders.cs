using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Following;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Tells holders of tickets how their line goes on. Each process tells those it follows; none is told twice.</summary>
internal sealed class LinePositionsTellHolders(LineWatch lines) : IEventConsumer<LinePositionsChanged>
{
    public Task ConsumeAsync(LinePositionsChanged happened, CancellationToken cancellationToken) =>
        lines.MovedAsync(happened, cancellationToken);
}
