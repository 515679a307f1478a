using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>How often the guests of each network booked in each queue in the last minute, as far as this process was asked.</summary>
internal sealed class BookingRate(AppointmentsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();

    // All of one minute, so that what is remembered is forgotten with it.
    private readonly Dictionary<(string QueueId, string Network), int> counts = [];
    private DateTimeOffset began = time.GetUtcNow();

    /// <summary>Counts one more, if they have not booked too often within the minute that runs.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait; then it does not count.</exception>
    public void Count(string queueId, string network)
    {
        if (options.BookingsPerMinute == 0)
            return;
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (now - began >= Minute)
            {
                counts.Clear();
                began = now;
            }

            var count = counts.GetValueOrDefault((queueId, network));
            if (count >= options.BookingsPerMinute)
            {
                throw new RefusedException(
                    ErrorCodes.RateLimited,
                    "Too many appointments were booked from your network in the last minute. Try again in a moment."
                )
                {
                    RetryAfter = began + Minute - now,
                };
            }

            counts[(queueId, network)] = count + 1;
        }
    }
}
