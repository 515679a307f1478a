using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Begins to consume once the broker has the queues of all services. While several processes start at once on an empty broker, a queue that
/// another one is just making looks ready and is not: to consume from it breaks the connection, and not every consumer comes back.
/// </summary>
internal sealed class BusStart(
    IBusControl bus,
    BusTopology topology,
    IOptions<MassTransitHostOptions> options,
    TimeProvider time,
    ILogger<BusStart> log
) : BackgroundService
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private bool started;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!started)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.StopTimeout!.Value);
        await bus.StopAsync(limit.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await topology.DeclaredAsync(stoppingToken);
            while (true)
            {
                try
                {
                    started = true;
                    // With no limit of time: it waits for a broker that is away.
                    await bus.StartAsync(stoppingToken);
                    return;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    HostingLog.BusNotStarted(log, e, Delay);
                    await Task.Delay(Delay, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what waits is kept by the broker.
        }
    }
}
