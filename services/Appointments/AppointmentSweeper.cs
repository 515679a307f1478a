using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Finds those who did not come while they still could, and says so, and those who held a place and did not confirm it. It costs by
/// how many began and are not over, and by how many holds ran out.</summary>
internal sealed class AppointmentSweeper(
    IAppointmentStore store,
    BookingQueues queues,
    Holds holds,
    AppointmentsOptions options,
    TimeProvider time,
    ILogger<AppointmentSweeper> log
) : BackgroundService
{
    private const int AtOnce = 200;

    /// <summary>Looks once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await holds.EndAsync(queueId: null, cancellationToken);
        await MissAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    AppointmentsLog.SweepFailed(log, e, options.SweepInterval);
                }
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the next start looks at once.
        }
    }

    private async Task MissAsync(CancellationToken cancellationToken)
    {
        var now = time.Now();
        var missed = 0;
        ListPosition? after = null;
        while (true)
        {
            var begun = await store.BegunAsync(now, after, AtOnce, cancellationToken);
            foreach (var appointment in begun)
            {
                var booking = (await queues.FindAsync(appointment.QueueId, cancellationToken))?.Booking;
                if (appointment.Arrival(booking).Until >= now)
                    continue;
                // Who lost the race is looked at again in the next round.
                if (await store.SaveAsync(appointment.Miss(now, by: null), appointment.Version, cancellationToken))
                    missed++;
            }

            if (begun.Count < AtOnce)
                break;
            after = new ListPosition(begun[^1].Start, begun[^1].Id);
        }

        if (missed > 0)
            AppointmentsLog.Missed(log, missed);
    }
}
