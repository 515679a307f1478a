using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Forecasts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>
/// A process hears the events of others through a queue of its own that goes with its connection. When it is connected again some may
/// have been missed, so all lines are read again.
/// </summary>
internal sealed class ReconnectDropsForecasts(LineForecasts forecasts) : IConnectionObserver
{
    public void Connected() => forecasts.Forget();
}
