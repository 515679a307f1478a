using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>How often the guests of each network booked in each queue in the minute that runs, as far as this process was asked.</summary>
internal sealed class BookingRate(AppointmentsOptions options, TimeProvider time)
{
    private readonly MinuteCounts<(string QueueId, string Network)> counts = new(time);

    /// <summary>Counts one more, if they have not booked too often within the minute that runs.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait; then it does not count.</exception>
    public void Count(string queueId, string network)
    {
        if (options.BookingsPerMinute > 0 && !counts.TryAdd((queueId, network), options.BookingsPerMinute, out var left))
            throw new RefusedException(
                ErrorCodes.RateLimited,
                "Too many appointments were booked from your network in the last minute. Try again in a moment."
            )
            {
                RetryAfter = left,
            };
    }
}
