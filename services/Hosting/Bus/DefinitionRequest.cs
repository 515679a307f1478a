using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Asks for all definitions of a kind, to be told again, each time the process is connected to the bus: some may have been told before this
/// service listened, or been lost with a broker's or this service's data. What is known already changes nothing.
/// </summary>
public abstract class DefinitionRequest(IEventPublisher bus, BusTopology topology, TimeProvider time, ILogger log)
    : BackgroundService,
        IConnectionObserver
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim connected = new(0, 1);

    /// <inheritdoc/>
    public void Connected()
    {
        lock (connected)
        {
            if (connected.CurrentCount == 0)
                connected.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        connected.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The message that asks.</summary>
    /// <param name="eventId">Its id.</param>
    /// <param name="at">Now, UTC.</param>
    protected abstract object Wanted(Guid eventId, DateTimeOffset at);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await topology.DeclaredAsync(stoppingToken);
            while (true)
            {
                await connected.WaitAsync(stoppingToken);
                while (!await TryAskAsync(stoppingToken))
                    await Task.Delay(Delay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the next start asks.
        }
    }

    private async Task<bool> TryAskAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = time.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            await bus.PublishAsync(Wanted(id, now), id, stoppingToken);
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            HostingLog.NotAsked(log, e, GetType().Name, Delay);
            return false;
        }
    }
}
