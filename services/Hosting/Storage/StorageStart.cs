using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>
/// Brings every storage to the version of this process before it takes requests. A file that cannot be stops the start; a database server that is
/// away is waited for in the background while requests get 503.
/// </summary>
internal sealed class StorageStart(IEnumerable<ISchema> schemas, StorageReadiness ready, TimeProvider time, ILogger<StorageStart> log)
    : IHostedLifecycleService, IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource stopping = new();
    private Task background = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var waiting = new List<ISchema>();
        foreach (var schema in schemas)
        {
            if (!await TryUpgradeAsync(schema, cancellationToken)) waiting.Add(schema);
        }

        if (waiting.Count == 0) ready.Done();
        else background = WaitForAsync(waiting);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ready.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database does not answer."));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await background;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WaitForAsync(List<ISchema> waiting)
    {
        while (waiting.Count > 0)
        {
            await Task.Delay(Delay, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested) return;
            foreach (var schema in waiting.ToList())
            {
                if (await TryUpgradeAsync(schema, stopping.Token)) waiting.Remove(schema);
            }
        }

        ready.Done();
    }

    private async Task<bool> TryUpgradeAsync(ISchema schema, CancellationToken cancellationToken)
    {
        try
        {
            await schema.UpgradeAsync(cancellationToken);
            return true;
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The storage of {schema.Service} cannot be upgraded: {e.Message}", e);
        }
        catch (Exception e) when (e is MongoDB.Driver.MongoException or TimeoutException)
        {
            HostingLog.StorageNotReady(log, e, schema.Service, Delay);
            return false;
        }
    }
}
