using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Outbox;

/// <summary>
/// Publishes what an outbox holds: at once when the writer says so, and by a sweep for what a crash left. Aggregates go out in
/// parallel, the events of one in order, each confirmed before the next. One that fails holds up its own aggregate only.
/// </summary>
internal sealed class OutboxRelay(IOutbox outbox, IEventPublisher bus, BusTopology topology, TimeProvider time, ILogger<OutboxRelay> log)
    : BackgroundService
{
    private const int BatchSize = 512;
    private const int Parallelism = 64;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromMilliseconds(100);

    private static readonly Counter<long> Published = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.outbox.published",
        description: "Events published."
    );
    private static readonly Counter<long> Failed = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.outbox.failed",
        description: "Publish attempts that failed."
    );

    private readonly SemaphoreSlim appended = new(0, 1);
    private readonly ConcurrentDictionary<string, Blocked> blocked = new();

    // What is with a bus that loses it with the process.
    private List<Kept> open = [];
    private long forgotAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.Appended += Wake;
        try
        {
            await topology.DeclaredAsync(stoppingToken);
            await ReopenAsync(stoppingToken);
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is pending waits for the next start.
        }
        finally
        {
            outbox.Appended -= Wake;
        }
    }

    public override void Dispose()
    {
        appended.Dispose();
        base.Dispose();
    }

    // Told at every commit; a relay that is awake already needs no second call.
    private void Wake()
    {
        try
        {
            if (appended.CurrentCount == 0)
                appended.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two commits at once: one call is enough.
        }
    }

    // What a broker confirmed is safe. What the in-process bus took goes with the process, so it goes out again; consumers know repeats.
    private async Task ReopenAsync(CancellationToken stoppingToken)
    {
        if (topology.SurvivesProcess)
            return;
        var again = await outbox.ReopenAsync(stoppingToken);
        if (again > 0)
            HostingLog.OutboxReopened(log, outbox.Name, again);
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                if (!await PublishBatchAsync(stoppingToken))
                    await appended.WaitAsync(SweepInterval, stoppingToken);
                if (open.Count > 0 && time.GetElapsedTime(forgotAt) >= ForgetInterval)
                    await ForgetAsync(stoppingToken);
                delay = FirstDelay;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                HostingLog.RelayFailed(log, e, outbox.Name, delay);
                await Task.Delay(delay, time, stoppingToken);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private async Task<bool> PublishBatchAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        var waiting = blocked.Where(b => b.Value.Until > now).Select(b => b.Key).ToList();
        var entries = await outbox.ClaimAsync(BatchSize, waiting, stoppingToken);
        if (entries.Count == 0)
            return false;
        var published = new ConcurrentBag<Kept>();
        try
        {
            await Parallel.ForEachAsync(
                entries.GroupBy(e => e.AggregateId),
                new ParallelOptions
                {
                    // Within the process nothing is waited for.
                    MaxDegreeOfParallelism = topology.SurvivesProcess ? Parallelism : 1,
                    CancellationToken = stoppingToken,
                },
                async (aggregate, token) => await PublishInOrderAsync(aggregate, published, token)
            );
        }
        finally
        {
            // Also when stopping in the middle: what went out need not go out again. A failure here makes a repeat, no loss.
            using var finish = new CancellationTokenSource(FinishTimeout);
            if (!published.IsEmpty)
                await outbox.CompleteAsync([.. published.Select(p => p.Entry)], !topology.SurvivesProcess, finish.Token);
            if (!topology.SurvivesProcess)
                open.AddRange(published);
            if (published.Count < entries.Count)
                await outbox.ReleaseAsync([.. entries.Except(published.Select(p => p.Entry))], finish.Token);
        }

        return !published.IsEmpty;
    }

    private async Task PublishInOrderAsync(
        IGrouping<string, OutboxEntry> aggregate,
        ConcurrentBag<Kept> published,
        CancellationToken stoppingToken
    )
    {
        foreach (var entry in aggregate)
        {
            Publication publication;
            try
            {
                using var activity = SmartQueueTelemetry.Source.StartActivity(
                    "outbox publish " + entry.EventType,
                    ActivityKind.Internal,
                    entry.TraceParent
                );
                var message = entry.Event();
                publication = await bus.PublishAsync(message, message.EventId, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                var delay =
                    blocked.TryGetValue(aggregate.Key, out var before) && before.Delay * 2 < LongestDelay ? before.Delay * 2
                    : before is null ? FirstDelay
                    : LongestDelay;
                blocked[aggregate.Key] = new Blocked(delay, time.GetUtcNow() + delay);
                Failed.Add(1, new KeyValuePair<string, object?>("service", outbox.Name));
                HostingLog.PublishFailed(log, e, entry.EventType, Guid.Parse(entry.EventId), entry.AggregateId, delay);
                return;
            }

            published.Add(new Kept(entry, publication));
            Published.Add(1, new KeyValuePair<string, object?>("service", outbox.Name));
        }

        blocked.TryRemove(aggregate.Key, out _);
    }

    // What a consumer could not handle stays in the store, for the next start.
    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        forgotAt = time.GetTimestamp();
        var (handled, rest) = (new List<OutboxEntry>(), new List<Kept>());
        foreach (var kept in open)
        {
            if (kept.Publication.IsDone)
                handled.Add(kept.Entry);
            else if (!kept.Publication.IsGivenUp)
                rest.Add(kept);
        }

        if (handled.Count > 0)
            await outbox.ForgetAsync(handled, stoppingToken);
        open = rest;
    }

    private sealed record Kept(OutboxEntry Entry, Publication Publication);

    private sealed record Blocked(TimeSpan Delay, DateTimeOffset Until);
}
