using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Tickets.Consumers;

/// <summary>
/// Asks for the definitions of all queues each time the process is connected to the bus: some may have been told before this service
/// listened, or been lost with a broker's or this service's data. What is known already changes nothing.
/// </summary>
internal sealed class DefinitionRequest(Lazy<IBusControl> bus, BusTopology topology, TimeProvider time, ILogger<DefinitionRequest> log)
    : BackgroundService,
        IReceiveEndpointObserver
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim connected = new(0, 1);

    public Task Ready(ReceiveEndpointReady ready)
    {
        lock (connected)
        {
            if (connected.CurrentCount == 0)
                connected.Release();
        }

        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public override void Dispose()
    {
        connected.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await topology.DeclaredAsync(stoppingToken);
            while (true)
            {
                await connected.WaitAsync(stoppingToken);
                // The in-process bus drops what is published before its consumers listen; the broker's queues exist by now.
                if (!topology.SurvivesProcess)
                    await bus.Value.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
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
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var now = time.GetUtcNow();
            await bus.Value.Publish(new QueueDefinitionsWanted { EventId = Guid.CreateVersion7(now), OccurredAt = now }, timeout.Token);
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            TicketsLog.NotAsked(log, e, Delay);
            return false;
        }
    }
}
