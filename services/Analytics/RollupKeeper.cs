using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Analytics.Storage;

namespace SmartQueue.Analytics;

/// <summary>Computes stale rollups again, and removes what is older than <c>ANALYTICS_RETENTION</c> and
/// <c>TRACKED_EVENTS_RETENTION</c>.</summary>
internal sealed class RollupKeeper(IAnalyticsStore store, AnalyticsOptions options, TimeProvider time, ILogger<RollupKeeper> log)
    : BackgroundService
{
    private const int RollupsAtOnce = 16;
    private const int RemovedAtOnce = 1000;
    private static readonly TimeSpan RollUpInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nextForget = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // In small steps: each takes the writer's turn, and tickets want theirs.
                while (await store.RollUpAsync(RollupsAtOnce, stoppingToken) == RollupsAtOnce)
                    await Task.Yield();
                if (time.GetUtcNow() >= nextForget)
                {
                    await ForgetAsync(stoppingToken);
                    nextForget = time.GetUtcNow() + ForgetInterval;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                AnalyticsLog.KeepingFailed(log, e, RollUpInterval);
            }

            await Task.Delay(RollUpInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        if (options.Retention is { } retention)
        {
            var tickets = await RemoveAsync(store.ForgetAsync, retention, stoppingToken);
            if (tickets > 0)
                AnalyticsLog.Forgotten(log, tickets);
        }

        var events = await RemoveAsync(store.ForgetTrackedAsync, options.TrackedRetention, stoppingToken);
        if (events > 0)
            AnalyticsLog.ForgottenTracked(log, events);
    }

    private async Task<int> RemoveAsync(
        Func<DateTimeOffset, int, CancellationToken, Task<int>> remove,
        TimeSpan retention,
        CancellationToken stoppingToken
    )
    {
        var removed = 0;
        int some;
        do
        {
            some = await remove(time.GetUtcNow() - retention, RemovedAtOnce, stoppingToken);
            removed += some;
        } while (some == RemovedAtOnce);
        return removed;
    }
}
