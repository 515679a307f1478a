using Microsoft.Extensions.Diagnostics.HealthChecks;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>Whether this machine knows the time zones of all queues; names those it does not know.</summary>
internal sealed class TimeZoneHealth(IQueueStore store, TimeProvider time) : IHealthCheck
{
    private const int MostNamed = 10;

    // All queues are read for it.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private volatile Answer? last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (last is { } known && time.GetElapsedTime(known.At) < MaxAge)
            return known.Result;
        var unknown = await UnknownAsync(cancellationToken);
        var result = unknown.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(" ", unknown));
        last = new Answer(time.GetTimestamp(), result);
        return result;
    }

    private async Task<List<string>> UnknownAsync(CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        await foreach (var queue in store.AllAsync(branchId: null, cancellationToken))
        {
            if (!queue.KnowsTimeZone())
                unknown.Add($"Queue {queue.Id}: its time zone {queue.Definition.TimeZone} is unknown to this machine.");
            if (unknown.Count == MostNamed)
                break;
        }

        return unknown;
    }

    private sealed record Answer(long At, HealthCheckResult Result);
}
