using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting.Storage;

/// <summary>Whether every storage of the process answers now and is of its version. Who asks within a second of another hears the
/// same.</summary>
internal sealed class StorageHealth(
    IEnumerable<IStorageCondition> conditions,
    IEnumerable<ISchema> schemas,
    StorageReadiness ready,
    TimeProvider time,
    ILogger<StorageHealth> log
) : IHealthCheck
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<HealthCheckResult>? asked;
    private long askedAt;
    private bool away;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!ready.IsReady)
            return Task.FromResult(HealthCheckResult.Unhealthy("The storage is not prepared yet."));
        lock (gate)
        {
            if (asked is null || (asked.IsCompleted && time.GetElapsedTime(askedAt) >= MaxAge))
            {
                askedAt = time.GetTimestamp();
                asked = AskAsync();
            }

            return asked.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        var answers = await Task.WhenAll(schemas.Select(async s => (s.Service, Fault: await FaultOfAsync(s))));
        var faults = answers.Where(a => a.Fault is not null).ToList();
        var services = string.Join(", ", faults.Select(f => f.Service).Order(StringComparer.Ordinal));
        // Told when it changes, and not at every question.
        if (faults.Count > 0 && !away)
            HostingLog.StorageAway(log, faults[0].Fault!, services);
        if (faults.Count == 0 && away)
            HostingLog.StorageBack(log);
        away = faults.Count > 0;
        if (away)
            return HealthCheckResult.Unhealthy($"The storage of {services} does not answer.");
        var concern = conditions.Select(c => c.Concern).FirstOrDefault(c => c is not null);
        return concern is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(concern);
    }

    private async Task<Exception?> FaultOfAsync(ISchema schema)
    {
        using var limit = new CancellationTokenSource(MaxTime, time);
        try
        {
            // SQLite answers on the thread that asks, and may wait on it for the one who locks the file.
            var version = await Task.Run(() => schema.VersionAsync(limit.Token), limit.Token).WaitAsync(limit.Token);
            return version >= schema.Target
                ? null
                : new InvalidOperationException($"It is of version {version}, and not {schema.Target} as it was at the start.");
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
