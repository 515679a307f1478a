using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Notifications.Following;

/// <summary>Looks for appointments whose holders are to be reminded. Their times are kept in the store, so a process that starts again goes
/// on where the one before was, and any number may look.</summary>
internal sealed class ReminderWorker(AppointmentNoticeDesk desk, TimeProvider time, ILogger<ReminderWorker> log) : BackgroundService
{
    private const int AtOnce = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is due stays so.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var due = await desk.DueAsync(AtOnce, stoppingToken);
                var failed = 0;
                foreach (var appointment in due)
                {
                    try
                    {
                        await desk.RemindAsync(appointment, stoppingToken);
                    }
                    catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                    {
                        failed++;
                        NotificationsLog.ReminderFailed(log, e, appointment.Id, Interval);
                    }
                }

                if (due.Count < AtOnce || failed > 0)
                    return;
            }
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            NotificationsLog.RemindersFailed(log, e, Interval);
        }
    }
}
