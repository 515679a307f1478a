using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Telemetry;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Forecasts;

/// <summary>
/// Tells where everyone stands, so that nobody asks: soon after this process moved a line, at most four times a second each, and again
/// every <see cref="Repeat"/> while people wait or are at a counter, since estimates move with the time and some may have heard nothing
/// yet. Not through the outbox: it is derived, and the latest is all that counts. Nobody who changes a line waits for it.
/// </summary>
internal sealed class LinePositionsPublisher : BackgroundService, IAsyncDisposable
{
    /// <summary>How often the positions of a line that stands still are told again.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromSeconds(15);

    /// <summary>How many of a long line are told each time; all of them now and then, the longer the line the more rarely.</summary>
    public const int Head = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);
    private static readonly Counter<long> Published = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.tickets.positions_published",
        description: "Times the positions of a line were told."
    );
    private static readonly Counter<long> Failed = SmartQueueTelemetry.Meter.CreateCounter<long>(
        "smartqueue.tickets.positions_failed",
        description: "Times the positions of a line could not be told; they are soon tried again."
    );

    private readonly LineForecasts forecasts;
    private readonly ITicketStore store;
    private readonly IEventPublisher bus;
    private readonly TimeProvider time;
    private readonly ILogger<LinePositionsPublisher> log;
    private readonly Coalescer coalescer;

    // When all of a long line was told last: a timestamp of the clock.
    private readonly ConcurrentDictionary<string, long> wholeAt = new(StringComparer.Ordinal);

    public LinePositionsPublisher(
        LineForecasts forecasts,
        ITicketStore store,
        IEventPublisher bus,
        TimeProvider time,
        ILogger<LinePositionsPublisher> log
    )
    {
        (this.forecasts, this.store, this.bus, this.time, this.log) = (forecasts, store, bus, time, log);
        coalescer = new Coalescer(Interval, PublishAsync, time);
    }

    public async ValueTask DisposeAsync()
    {
        await coalescer.DisposeAsync();
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        forecasts.Moved += coalescer.Changed;
        using var timer = new PeriodicTimer(Repeat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var queueId in await forecasts.OccupiedAsync())
                    coalescer.Changed(queueId);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: another process tells them, or this one after its next start.
        }
        finally
        {
            forecasts.Moved -= coalescer.Changed;
        }
    }

    private async Task<bool> PublishAsync(string queueId, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            if ((await store.FindPolicyAsync(queueId, timeout.Token))?.Definition is not { } queue)
            {
                wholeAt.TryRemove(queueId, out _);
                return true;
            }

            var positions = Positions(await forecasts.GetAsync(queue, timeout.Token), queueId);
            await bus.PublishAsync(positions, positions.EventId, timeout.Token);
            Published.Add(1);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Failed.Add(1);
            TicketsLog.PositionsNotTold(log, e, queueId);
            return false;
        }
    }

    private LinePositionsChanged Positions(LineForecast forecast, string queueId)
    {
        var now = time.Now();
        var waiting = forecast.Waiting;
        var whole = waiting <= Head || IsDue(queueId, waiting);
        var first = forecast.Positions(whole ? int.MaxValue : Head, now);
        var newcomer = forecast.EstimateNewcomer(now);
        return new LinePositionsChanged
        {
            EventId = Guid.CreateVersion7(time.GetUtcNow()),
            OccurredAt = now,
            QueueId = queueId,
            TicketIds = [.. first.Select(p => p.TicketId)],
            Waits = [.. first.Select(p => p.Promise.Middle)],
            Lows = [.. first.Select(p => p.Promise.Low)],
            Highs = [.. first.Select(p => p.Promise.High)],
            Whole = whole,
            NewcomerWait = newcomer.Middle,
            Newcomer = new(newcomer.Low, newcomer.High, newcomer.Confidence, newcomer.Ahead, newcomer.Basis),
        };
    }

    // Of two hundred at every interval, of two thousand at every tenth: the bytes a second stay the same.
    private bool IsDue(string queueId, int waiting)
    {
        var now = time.GetTimestamp();
        if (wholeAt.TryGetValue(queueId, out var before) && time.GetElapsedTime(before, now) < Interval * waiting / Head)
            return false;
        wholeAt[queueId] = now;
        return true;
    }
}
