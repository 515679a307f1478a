using System.Globalization;
using System.Threading.RateLimiting;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Gateway.Edge;

/// <summary>How often each may ask, requests and calls of the hub together: a bucket each, filled again every second, that holds four
/// seconds' worth.</summary>
internal sealed class RateLimits : IDisposable
{
    private const int BurstSeconds = 4;

    private readonly PartitionedRateLimiter<RateSubject> buckets = PartitionedRateLimiter.Create<RateSubject, string>(BucketOf);

    /// <summary>Counts a request or call.</summary>
    /// <param name="subject">Who makes it.</param>
    /// <param name="kind">What is counted, for the metric: <c>request</c> or <c>hub</c>.</param>
    /// <returns><c>null</c>, or the refusal where it comes too soon.</returns>
    public RefusedException? Take(RateSubject subject, string kind)
    {
        if (subject.PerSecond == 0)
            return null;
        using var lease = buckets.AttemptAcquire(subject);
        if (lease.IsAcquired)
            return null;
        GatewayMetrics.RateLimited.Add(1, new KeyValuePair<string, object?>("kind", kind));
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retry) ? retry : TimeSpan.FromSeconds(1);
        return new RefusedException(
            ErrorCodes.RateLimited,
            string.Create(CultureInfo.InvariantCulture, $"Too many requests. Try again in {Math.Max(1, (int)wait.TotalSeconds)} s.")
        )
        {
            RetryAfter = wait,
        };
    }

    public void Dispose() => buckets.Dispose();

    private static RateLimitPartition<string> BucketOf(RateSubject subject) =>
        RateLimitPartition.GetTokenBucketLimiter(subject.Key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = subject.PerSecond * BurstSeconds,
            TokensPerPeriod = subject.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
            QueueLimit = 0,
        });
}
