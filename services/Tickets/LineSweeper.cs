using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>
/// Looks after the lines: who is left over when a queue has closed or is gone expires, called tickets nobody came for become no-shows,
/// and what a request that died left half-done is finished or taken back.
/// </summary>
internal sealed class LineSweeper(
    ITicketStore store,
    LineForecasts forecasts,
    TicketsOptions options,
    TimeProvider time,
    ILogger<LineSweeper> log
) : BackgroundService, IHealthCheck
{
    private const int MostNamed = 10;

    /// <summary>What keeps lines from being looked after, by queue, as the last sweep found it.</summary>
    private volatile IReadOnlyDictionary<string, string> troubles = new Dictionary<string, string>();

    /// <summary>Looks after all lines once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var recovered = await store.RecoverAsync(time.Now() - options.RecoverAfter, cancellationToken);
        if (recovered > 0)
            TicketsLog.Recovered(log, recovered);
        var found = new Dictionary<string, string>();
        foreach (var queueId in await store.LinesWithOpenTicketsAsync(branchId: null, cancellationToken))
        {
            if (await TroubleOfAsync(queueId, cancellationToken) is { } trouble)
                found[queueId] = trouble;
        }

        troubles = found;
    }

    /// <summary>Whether every line could be looked after; names those that could not.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            troubles is { Count: > 0 } some
                ? HealthCheckResult.Degraded(
                    string.Join(
                        " ",
                        some.OrderBy(t => t.Key, StringComparer.Ordinal).Take(MostNamed).Select(t => $"Queue {t.Key}: {t.Value}.")
                    )
                )
                : HealthCheckResult.Healthy()
        );

    /// <summary>Expires what is open in a queue that was deleted.</summary>
    public async Task ExpireAllAsync(string queueId, CancellationToken cancellationToken)
    {
        foreach (var ticket in await store.OpenAsync(queueId, cancellationToken))
            await ExpireAsync(ticket, t => t.Status.IsOpen(), TicketExpired.QueueDeleted, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    TicketsLog.SweepFailed(log, e, options.SweepInterval);
                }
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the next start sweeps at once.
        }
    }

    private async Task<string?> TroubleOfAsync(string queueId, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.FindPolicyAsync(queueId, cancellationToken) is not { } policy)
                return null;
            if (policy.Definition is { } queue)
                return await SweepAsync(queue, cancellationToken);
            await ExpireAllAsync(queueId, cancellationToken);
            return null;
        }
        // A store that is away is so for every line: the whole sweep waits for it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !StorageFaults.IsAway(e))
        {
            LineMetrics.Failed.Add(1);
            TicketsLog.LineFailed(log, e, queueId, options.SweepInterval);
            return "it cannot be looked after, see the log";
        }
    }

    private async Task<string?> SweepAsync(QueueDefinition queue, CancellationToken cancellationToken)
    {
        var calendar = ServiceCalendar.Of(queue);
        foreach (var ticket in await store.OpenAsync(queue.Id, cancellationToken))
        {
            if (calendar is not null)
                await ExpireAsync(ticket, t => Expiry.IsDue(t, queue, calendar, time.Now()), TicketExpired.QueueClosed, cancellationToken);
            if (queue.NoShowAfter is { } seconds)
                await MissAsync(ticket, TimeSpan.FromSeconds(seconds), cancellationToken);
        }

        if (calendar is not null)
            return null;
        LineMetrics.Failed.Add(1);
        // Told once, and by the health check for as long as it lasts.
        if (!troubles.ContainsKey(queue.Id))
            TicketsLog.ZoneUnknown(log, queue.TimeZone, queue.Id);
        return $"its time zone {queue.TimeZone} is unknown to this machine";
    }

    private Task ExpireAsync(Ticket ticket, Func<Ticket, bool> due, string reason, CancellationToken cancellationToken) =>
        ChangeWhileAsync(ticket, due, (t, now) => t.Expire(reason, now), cancellationToken);

    private Task MissAsync(Ticket ticket, TimeSpan after, CancellationToken cancellationToken) =>
        ChangeWhileAsync(
            ticket,
            t => t.LastAnnouncedAt() + after <= time.Now(),
            (t, now) => t.MarkNoShow("did not come in time", now, null),
            cancellationToken
        );

    private async Task ChangeWhileAsync(
        Ticket? ticket,
        Func<Ticket, bool> due,
        Func<Ticket, DateTimeOffset, TicketChange> decide,
        CancellationToken cancellationToken
    )
    {
        while (ticket is not null && due(ticket))
        {
            var change = decide(ticket, time.Now());
            if (await store.SaveAsync(change, ticket.Version, queue: null, answer: null, cancellationToken))
            {
                await forecasts.ApplyAsync(change.Event);
                return;
            }

            ticket = await store.FindAsync(ticket.Id, cancellationToken);
        }
    }
}
