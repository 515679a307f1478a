using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage;

/// <summary>Ends what has been kept long enough, see <see cref="Retention"/>.</summary>
internal sealed class RetentionSweep(IEnumerable<Retention> kept, TimeProvider time, ILogger<RetentionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var some in kept)
                    await EndAsync(some, stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the next start goes on at once.
        }
    }

    private async Task EndAsync(Retention some, CancellationToken stoppingToken)
    {
        try
        {
            await some.EndAsync(time.Now() - some.Period, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            HostingLog.RetentionNotEnded(log, e, some.What, some.Service, Interval);
        }
    }
}
