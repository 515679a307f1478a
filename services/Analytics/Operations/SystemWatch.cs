using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Analytics.Operations;

/// <summary>Asks every service for its metrics now and then, and again when somebody wants to know.</summary>
internal sealed class SystemWatch(ModuleContext context, IHttpClientFactory clients, TimeProvider time, ILogger<SystemWatch> log)
    : BackgroundService
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Client = "metrics";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly double MinSeconds = 1;

    private readonly ConcurrentDictionary<Uri, (MetricsSnapshot? Before, MetricsSnapshot Last)> seen = new();

    /// <summary>How the services do now.</summary>
    public async Task<SystemFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var addresses = context.AllModules.ToDictionary(m => m.Name, m => context.AddressOf(m.Name));
        var asked = await Task.WhenAll(
            addresses.Values.Distinct().Select(async a => (Address: a, Metrics: await AskAsync(a, cancellationToken)))
        );
        var now = asked.ToDictionary(a => a.Address, a => a.Metrics);
        return new SystemFigures(time.GetUtcNow(), [.. addresses.Select(a => FiguresOf(a.Key, now[a.Value], BeforeOf(a.Value)))]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var address in context.AllModules.Select(m => context.AddressOf(m.Name)).Distinct())
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                if (await AskAsync(address, stoppingToken) is { } metrics)
                    seen.AddOrUpdate(address, _ => (null, metrics), (_, known) => (known.Last, metrics));
            }
        }
    }

    private MetricsSnapshot? BeforeOf(Uri address) => seen.TryGetValue(address, out var known) ? known.Before ?? known.Last : null;

    private async Task<MetricsSnapshot?> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var client = clients.CreateClient(Client);
            return new MetricsSnapshot(await client.GetStringAsync(new Uri(address, "/metrics"), timeout.Token), time.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            AnalyticsLog.ServiceAway(log, e, address.Authority);
            return null;
        }
    }

    private static ServiceFigures FiguresOf(string service, MetricsSnapshot? now, MetricsSnapshot? before)
    {
        var seconds = now is null || before is null ? 0 : (now.At - before.At).TotalSeconds;
        var handled = Of("smartqueue_events_lag_seconds_count");
        return new()
        {
            Service = service,
            Status = now is null ? "away" : "up",
            EventsPublished = (long?)Of("smartqueue_outbox_published_total"),
            EventsPublishedPerSecond = Rate("smartqueue_outbox_published_total"),
            EventsHandled = (long?)handled,
            EventsHandledPerSecond = Rate("smartqueue_events_lag_seconds_count"),
            ProcessingLag = Since("smartqueue_events_lag_seconds_count") is > 0 and var count
                ? Math.Round(Since("smartqueue_events_lag_seconds_sum")!.Value / count, 3)
                : null,
            OutboxDepth = (long?)Of("smartqueue_outbox_pending"),
            OutboxOldestAge = (long?)Of("smartqueue_outbox_oldest_age_seconds"),
            Backlog = (long?)Of("smartqueue_queue_messages"),
            Errors = now is null
                ? null
                : new ServiceErrors(
                    (long)Of("smartqueue_outbox_failed_total")!,
                    (long)Of("smartqueue_events_failed_total")!,
                    (long)Of("smartqueue_queue_errors")!
                ),
        };

        double? Of(string metric) => now?.Sum(metric, service);

        // A counter that is lower than before started again with its process.
        double? Since(string metric) =>
            seconds < MinSeconds ? null
            : Of(metric) - before!.Sum(metric, service) is var more && more >= 0 ? more
            : Of(metric);

        double? Rate(string metric) => Since(metric) is { } more ? Math.Round(more / seconds, 2) : null;
    }
}
