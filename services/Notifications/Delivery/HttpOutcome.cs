using System.Globalization;
using System.Net;

namespace SmartQueue.Notifications.Delivery;

/// <summary>What a provider's HTTP answer means.</summary>
internal static class HttpOutcome
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Returns if the message was taken.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="provider">Who answered, as a sentence begins.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DeliveryException">It was not.</exception>
    public static void ThrowIfNotTaken(HttpResponseMessage response, string provider, TimeProvider time)
    {
        if (response.IsSuccessStatusCode)
            return;
        var status = (int)response.StatusCode;
        var fault = response.StatusCode switch
        {
            // Wrong settings, not a wrong message: it is good once they are mended.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired => DeliveryFault.NotTaken,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => DeliveryFault.NotTaken,
            // A gateway may have lost the answer to a message that got through.
            _ when status >= 500 => DeliveryFault.Unknown,
            _ => DeliveryFault.Refused,
        };
        throw new DeliveryException(fault, string.Create(CultureInfo.InvariantCulture, $"{provider} answered {status}."))
        {
            RetryAfter = Wait(response, time),
        };
    }

    private static TimeSpan? Wait(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow();
        return wait is not { } asked || asked <= TimeSpan.Zero ? null
            : asked < LongestWait ? asked
            : LongestWait;
    }
}
