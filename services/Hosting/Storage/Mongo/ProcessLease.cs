using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MongoDB.Driver;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// Keeps a second process without a broker off the same databases: events stay within a process, so each would go on without half of
/// them. The lease is renewed while the process runs and given back when it stops; after a crash it ends by itself.
/// </summary>
/// <param name="database">Where it is kept; the same for all such processes.</param>
/// <param name="lifetime">Stopped when another process has taken the lease.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where that is told.</param>
internal sealed class ProcessLease(IMongoDatabase database, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ProcessLease> log)
    : BackgroundService,
        IHostedLifecycleService,
        IStorageCondition
{
    /// <summary>How long after its last sign of life a process is taken for dead.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    /// <summary>How often it gives one.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(2);
    private static readonly FilterDefinitionBuilder<LeaseDocument> Where = Builders<LeaseDocument>.Filter;

    private readonly IMongoCollection<LeaseDocument> leases = database.GetCollection<LeaseDocument>("leases");
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string owner = time.NewId();

    public string? Concern => null;

    /// <summary>Takes the lease. One that another process has is watched: it is renewed, or it ends.</summary>
    public Task RequireAsync(CancellationToken cancellationToken) =>
        MongoRefusals.ExplainAsync(database, () => TakeAsync(cancellationToken));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives the lease back, after all else has stopped.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (!held.Task.IsCompleted)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReleaseTime);
        try
        {
            await leases.DeleteOneAsync(Mine(), limit.Token);
        }
        catch (Exception e) when (StorageFaults.IsAway(e) || e is OperationCanceledException)
        {
            HostingLog.LeaseNotReturned(log, e, Length);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await held.Task.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(Interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await RenewAsync(stoppingToken))
                    continue;
                HostingLog.LeaseLost(log, database.DatabaseNamespace.DatabaseName);
                lifetime.StopApplication();
                return;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease is given back at the very end.
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        LeaseDocument? seen = null;
        while (!await TryTakeAsync(cancellationToken))
        {
            var other = await leases.Find(Where.Eq(l => l.Id, LeaseDocument.OnlyId)).FirstOrDefaultAsync(cancellationToken);
            if (seen is not null && other is not null && other != seen)
                throw new StartupException(
                    $"Another SmartQueue process uses the database {database.DatabaseNamespace}; set RABBITMQ_URI for both, since several processes on one MongoDB hear of each other through the broker."
                );
            seen = other;
            await Task.Delay(Step, time, cancellationToken);
        }

        held.TrySetResult();
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            await leases.ReplaceOneAsync(
                Where.Eq(l => l.Id, LeaseDocument.OnlyId) & (Where.Lt(l => l.Until, now) | Where.Eq(l => l.Owner, owner)),
                Lease(now),
                new ReplaceOptions { IsUpsert = true },
                cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // The insert of the upsert met the document of another.
            return false;
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            return (await leases.ReplaceOneAsync(Mine(), Lease(now), cancellationToken: cancellationToken)).MatchedCount > 0
                // Somebody may have dropped it by hand.
                || await TryTakeAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            HostingLog.LeaseNotRenewed(log, e, Interval);
            return true;
        }
    }

    private LeaseDocument Lease(DateTime now) =>
        new()
        {
            Id = LeaseDocument.OnlyId,
            Owner = owner,
            Until = now + Length,
        };

    private FilterDefinition<LeaseDocument> Mine() => Where.Eq(l => l.Id, LeaseDocument.OnlyId) & Where.Eq(l => l.Owner, owner);
}
