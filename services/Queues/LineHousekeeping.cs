using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>Forgets tickets that closed long ago, a few at a time.</summary>
internal sealed class LineHousekeeping(ILineStore store, QueuesOptions options, TimeProvider time, ILogger<LineHousekeeping> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await store.DropClosedAsync(time.Now() - options.KeepClosed, stoppingToken) > 0) { }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                QueuesLog.HousekeepingFailed(log, e, Interval);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
