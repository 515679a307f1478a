using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Lets those know whose line is behind while they can still come later.</summary>
internal sealed class DelayDesk(IAppointmentStore store, AppointmentsOptions options, TimeProvider time)
{
    // What was said of a line so long ago is no news: it is said again while it is so.
    private static readonly TimeSpan Valid = TimeSpan.FromMinutes(5);

    private const int MostPlaces = 1000;

    /// <summary>Takes in what a line says. What is said again changes nothing.</summary>
    public async Task HearAsync(AppointmentsDelayed said, CancellationToken cancellationToken)
    {
        if (options.Behind is not { } least || time.Now() - said.OccurredAt > Valid)
            return;
        foreach (var delay in said.Delays.Where(d => d.Seconds >= least.TotalSeconds))
        {
            var filter = new AppointmentFilter(
                BranchIds: null,
                said.QueueId,
                delay.Start,
                delay.Start.AddMilliseconds(1),
                AppointmentStatus.Booked
            );
            foreach (var appointment in await store.ListAsync(filter, PageRequest.First(MostPlaces), cancellationToken))
            {
                // Who lost the race hears of it when it is said again.
                if (appointment.FallBehind(TimeSpan.FromSeconds(delay.Seconds), least, time.Now()) is { } change)
                    await store.SaveAsync(change, appointment.Version, cancellationToken);
            }
        }
    }
}
