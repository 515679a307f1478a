using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage;

/// <summary>
/// Brings every storage to the version of this process before it takes requests. One that cannot be stops the start; a database server
/// that is away is waited for in the background while requests get 503.
/// </summary>
internal sealed class StorageStart(
    IEnumerable<IStorageCondition> conditions,
    IEnumerable<ISchema> schemas,
    StorageReadiness ready,
    TimeProvider time,
    ILogger<StorageStart> log
) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource stopping = new();
    private Task background = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!await TryRequireAsync(cancellationToken))
        {
            background = WaitForAsync([.. schemas], required: false);
            return;
        }

        // At once: each takes seconds to find that its server is away.
        var upgraded = await Task.WhenAll(schemas.Select(async s => (Schema: s, Done: await TryUpgradeAsync(s, cancellationToken))));
        var waiting = upgraded.Where(u => !u.Done).Select(u => u.Schema).ToList();
        if (waiting.Count == 0)
            ready.Done();
        else
            background = WaitForAsync(waiting, required: true);
    }

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

    private async Task WaitForAsync(List<ISchema> waiting, bool required)
    {
        try
        {
            while (waiting.Count > 0)
            {
                await Task.Delay(Delay, time, stopping.Token);
                required = required || await TryRequireAsync(stopping.Token);
                if (!required)
                    continue;
                foreach (var schema in waiting.ToList())
                {
                    if (await TryUpgradeAsync(schema, stopping.Token))
                        waiting.Remove(schema);
                }
            }

            ready.Done();
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The next start goes on with it.
        }
        catch (Exception e)
        {
            ready.Fail(e);
        }
    }

    private async Task<bool> TryRequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var condition in conditions)
                await condition.RequireAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (StorageFaults.IsAway(e))
        {
            HostingLog.ConditionNotMet(log, e, Delay);
            return false;
        }
        catch (Exception e) when (e is not StartupException && !cancellationToken.IsCancellationRequested)
        {
            throw new StartupException($"The storage cannot be used: {e.Message}", e);
        }
    }

    private async Task<bool> TryUpgradeAsync(ISchema schema, CancellationToken cancellationToken)
    {
        try
        {
            await schema.UpgradeAsync(cancellationToken);
            return true;
        }
        // A file has nobody to wait for: the one who holds it, or filled the disk, is on this machine.
        catch (Exception e) when (e is not SqliteException && StorageFaults.IsAway(e))
        {
            HostingLog.StorageNotReady(log, e, schema.Service, Delay);
            return false;
        }
        catch (Exception e) when (e is not StartupException && !cancellationToken.IsCancellationRequested)
        {
            throw new StartupException($"The storage of {schema.Service} cannot be upgraded: {e.Message}", e);
        }
    }
}
