using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Delivery;

/// <summary>Runs the delivery of every channel that has a provider, and measures what is pending.</summary>
internal sealed class DeliveryWorker(
    IEnumerable<ISender> senders,
    INotificationStore store,
    DeliveryOptions options,
    DeliverySignal signal,
    DeliveryMetrics metrics,
    IHostApplicationLifetime process,
    TimeProvider time,
    ILogger<DeliveryWorker> log
) : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var deliveries = senders.Select(s => new ChannelDelivery(s, store, options, time, log)).ToList();
        metrics.Running = deliveries;
        foreach (var delivery in deliveries)
            signal.Raised += delivery.Wake;
        // Others of the process stop first. Nothing is begun meanwhile, so that what is under way has all the time there is.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, process.ApplicationStopping);
        try
        {
            await Task.WhenAll([MeasureAsync(stopping.Token), .. deliveries.Select(d => d.RunAsync(stopping.Token))]);
        }
        finally
        {
            metrics.Running = [];
            foreach (var delivery in deliveries)
            {
                signal.Raised -= delivery.Wake;
                delivery.Dispose();
            }
        }
    }

    private async Task MeasureAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                metrics.Measured(await store.MeasureAsync(stoppingToken));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotificationsLog.MeasureFailed(log, e, MeasureEvery);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(MeasureEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
