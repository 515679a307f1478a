using System.Collections.Concurrent;
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
/// and what a request that died left half-done is finished or taken back. It costs by what is due: each line has a time at which it is
/// looked at next, by one process.
/// </summary>
internal sealed class LineSweeper(
    ITicketStore store,
    ILineTurns turns,
    LineForecasts forecasts,
    TicketsOptions options,
    TimeProvider time,
    ILogger<LineSweeper> log
) : BackgroundService, IHealthCheck
{
    private const int MostNamed = 10;

    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    // How long a place is left that a process held which died, and the most that a clock which was wrong costs, unless lines are looked
    // after less often.
    private static readonly TimeSpan UsualRest = TimeSpan.FromMinutes(5);

    // Longer than looking at a line takes.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    private readonly TimeSpan longestRest = options.SweepInterval > UsualRest ? options.SweepInterval : UsualRest;

    /// <summary>What keeps lines from being looked after, by queue, and when that was found.</summary>
    private readonly ConcurrentDictionary<string, (string What, DateTimeOffset At)> troubles = new(StringComparer.Ordinal);

    /// <summary>Looks after all lines whose turn it is.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var recovered = await store.RecoverAsync(time.Now() - options.RecoverAfter, cancellationToken);
        if (recovered > 0)
            TicketsLog.Recovered(log, recovered);
        await MissAsync(cancellationToken);
        while (true)
        {
            var now = time.Now();
            if (await turns.ClaimAsync(now, now + Claim, now + longestRest + Claim, cancellationToken) is not { } turn)
                return;
            var next = await LookAtAsync(turn, now, cancellationToken);
            // Not in this round again.
            var soonest = now + options.SweepInterval;
            await turns.EndAsync(turn, next.At > soonest ? next.At : soonest, next.DueAt, cancellationToken);
        }
    }

    /// <summary>Whether every line could be looked after; names those that could not.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Another process may have looked since, and found it mended.
        var since = time.GetUtcNow() - longestRest - options.SweepInterval;
        var some = troubles.Where(t => t.Value.At > since).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        return Task.FromResult(
            some.Count > 0
                ? HealthCheckResult.Degraded(string.Join(" ", some.Take(MostNamed).Select(t => $"Queue {t.Key}: {t.Value.What}.")))
                : HealthCheckResult.Healthy()
        );
    }

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

    /// <summary>Looks at a line, and says when to do so again.</summary>
    private async Task<(DateTimeOffset At, DateTimeOffset DueAt)> LookAtAsync(
        LineTurn turn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var queueId = turn.QueueId;
        try
        {
            var (recovered, onTheWay) = await store.RecoverLineAsync(queueId, now - options.RecoverAfter, cancellationToken);
            if (recovered > 0)
                TicketsLog.Recovered(log, recovered);
            var (trouble, dueAt) = await ExpireDueAsync(turn, now, cancellationToken);
            if (trouble is not null)
                return Trouble(trouble);
            troubles.TryRemove(queueId, out _);
            return (Earliest(dueAt, onTheWay + options.RecoverAfter, now + longestRest), dueAt);
        }
        // A store that is away is so for every line: the whole sweep waits for it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !StorageFaults.IsAway(e))
        {
            TicketsLog.LineFailed(log, e, queueId, options.SweepInterval);
            return Trouble("it cannot be looked after, see the log");
        }

        (DateTimeOffset, DateTimeOffset) Trouble(string what)
        {
            LineMetrics.Failed.Add(1);
            troubles[queueId] = (what, now);
            return (now, now);
        }
    }

    // Of several moments the first one.
    private static DateTimeOffset Earliest(params IEnumerable<DateTimeOffset?> moments) => moments.Min()!.Value;

    /// <summary>Sends home who is due; says what is wrong, or when the next one is.</summary>
    private async Task<(string? Trouble, DateTimeOffset DueAt)> ExpireDueAsync(
        LineTurn turn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (turn.DueAt > now)
            return (null, turn.DueAt);
        if (await store.FindPolicyAsync(turn.QueueId, cancellationToken) is not { } policy)
            // Its definition is on its way, and gives the line a turn at once.
            return (null, Never);
        if (policy.Definition is not { } queue)
        {
            await ExpireAllAsync(turn.QueueId, cancellationToken);
            return (null, now);
        }

        if (ServiceCalendar.Of(queue) is not { } calendar)
        {
            // Told once, and by the health check for as long as it lasts.
            if (!troubles.ContainsKey(queue.Id))
                TicketsLog.ZoneUnknown(log, queue.TimeZone, queue.Id);
            return ($"its time zone {queue.TimeZone} is unknown to this machine", now);
        }

        // Who was queued later goes no earlier: the first who may stay ends it, and nobody who comes from now on goes before them.
        var open = await store.OpenAsync(queue.Id, cancellationToken);
        foreach (var ticket in open.Where(Expiry.MayExpire).OrderBy(t => t.QueuedAt))
        {
            if (!Expiry.IsDue(ticket, queue, calendar, now))
                return (null, Earliest(Expiry.DueAt(ticket.QueuedAt, queue, calendar), Expiry.DueAt(now, queue, calendar), Never));
            await ExpireAsync(ticket, t => Expiry.IsDue(t, queue, calendar, time.Now()), TicketExpired.QueueClosed, cancellationToken);
        }

        return (null, Expiry.DueAt(now, queue, calendar) ?? Never);
    }

    private async Task MissAsync(CancellationToken cancellationToken)
    {
        foreach (var line in (await store.CalledAsync(cancellationToken)).GroupBy(t => t.QueueId))
        {
            if ((await store.FindPolicyAsync(line.Key, cancellationToken))?.Definition?.NoShowAfter is not { } seconds)
                continue;
            foreach (var ticket in line)
                await MissAsync(ticket, TimeSpan.FromSeconds(seconds), cancellationToken);
        }
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
