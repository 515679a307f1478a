using Microsoft.Extensions.Hosting;

namespace SmartQueue.Hosting.Outbox;

/// <summary>The relays of a process, started and stopped together.</summary>
internal sealed class RelayGroup(IReadOnlyList<OutboxRelay> relays) : IHostedService, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(relays.Select(r => r.StartAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(relays.Select(r => r.StopAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var relay in relays)
            relay.Dispose();
    }
}
