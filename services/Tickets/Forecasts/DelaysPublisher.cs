using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Forecasts;

/// <summary>
/// Says which appointments of the coming hour will be called late, so that their holders hear of it before they come. Not through the
/// outbox: it is derived, and said again while it is so.
/// </summary>
internal sealed class DelaysPublisher(
    LineForecasts forecasts,
    ITicketStore store,
    IEventPublisher bus,
    TimeProvider time,
    ILogger<DelaysPublisher> log
) : BackgroundService
{
    /// <summary>How often it is said.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // Who is still at home or on the way. What comes later can be made up for.
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var queueId in await forecasts.ExpectingAsync())
                    await PublishAsync(queueId, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: another process says it, or this one after its next start.
        }
    }

    private async Task PublishAsync(string queueId, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            if ((await store.FindPolicyAsync(queueId, timeout.Token))?.Definition is not { Booking: not null } queue)
                return;
            var now = time.Now();
            var delays = (await forecasts.GetAsync(queue, timeout.Token)).Delays(now + Ahead, now);
            if (delays.Count == 0)
                return;
            var said = new AppointmentsDelayed
            {
                EventId = Guid.CreateVersion7(time.GetUtcNow()),
                OccurredAt = now,
                QueueId = queueId,
                Delays = delays,
            };
            await bus.PublishAsync(said, said.EventId, timeout.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TicketsLog.DelaysNotTold(log, e, queueId);
        }
    }
}
