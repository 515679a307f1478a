using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments;

/// <summary>Gives back the places of those who held one and did not confirm it in time.</summary>
internal sealed class Holds(IAppointmentStore store, TimeProvider time)
{
    /// <summary>How long it is remembered that somebody held a place, so that they are told it is no longer theirs.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private const int AtOnce = 200;

    /// <summary>Gives them back.</summary>
    /// <param name="queueId">Only those of this queue; <c>null</c> for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Whether there were any, also when somebody else was faster to give them back.</returns>
    public async Task<bool> EndAsync(string? queueId, CancellationToken cancellationToken)
    {
        var now = time.Now();
        for (var any = false; ; )
        {
            var expired = await store.ExpiredHoldsAsync(now, queueId, AtOnce, cancellationToken);
            foreach (var hold in expired)
            {
                if (await store.SaveAsync(hold.Release(now), hold.Version, cancellationToken))
                    AppointmentMetrics.HoldExpired();
            }

            any |= expired.Count > 0;
            if (expired.Count < AtOnce)
                return any;
        }
    }
}
