using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Following;

/// <summary>
/// Looks now and then how the lines stand in which followed tickets wait, and tells their holders. Which tickets those are is kept in
/// memory
/// and found again at the start in the notices that they joined; what was told is known by its key, so a restart repeats nothing.
/// </summary>
internal sealed class LineWatch(
    NotificationDesk desk,
    INotificationStore store,
    LineOptions options,
    NotificationsOptions notifications,
    IServiceScopeFactory scopes,
    IHostApplicationLifetime process,
    TimeProvider time,
    ILogger<LineWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDay = TimeSpan.FromHours(20);

    private readonly ConcurrentDictionary<string, FollowedTicket> tickets = new();

    // Tickets that left while their joining was still to be heard.
    private readonly ConcurrentDictionary<string, DateTimeOffset> gone = new();

    /// <summary>A ticket changed.</summary>
    public void Changed(TicketState ticket)
    {
        if (ticket.Status != TicketStatus.Waiting)
        {
            tickets.TryRemove(ticket.Id, out _);
            gone[ticket.Id] = time.GetUtcNow();
        }
        else if (ticket.Version > 1 || !gone.ContainsKey(ticket.Id))
        {
            Follow(
                new()
                {
                    TicketId = ticket.Id,
                    Number = ticket.TicketNumber,
                    QueueId = ticket.QueueId,
                    QueueName = ticket.QueueName,
                    UserId = ticket.UserId,
                    Language = ticket.Language,
                }
            );
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifications.Enabled || (options.Positions.Count == 0 && options.WaitChange == 0))
            return;
        // The lines may be in this very process, which does not answer before it has started.
        await Task.Delay(Timeout.Infinite, process.ApplicationStarted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var recovered = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!recovered)
                {
                    foreach (var joined in await store.JoinedSinceAsync(time.GetUtcNow() - LongestDay, stoppingToken))
                    {
                        if (FollowedTicket.Of(joined) is { } followed && !gone.ContainsKey(followed.TicketId))
                            Follow(followed);
                    }

                    recovered = true;
                }

                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotificationsLog.LineNotRead(log, e, Interval);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Follow(FollowedTicket ticket) =>
        tickets.AddOrUpdate(ticket.TicketId, ticket, (_, known) => known.QueueId == ticket.QueueId ? known : ticket);

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        var now = time.Now();
        foreach (var (id, since) in gone)
        {
            if (now - since > LongestDay)
                gone.TryRemove(id, out _);
        }

        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<LineClient>();
        foreach (var queue in tickets.Values.GroupBy(t => t.QueueId).ToList())
        {
            LineHead head;
            try
            {
                head = await client.HeadAsync(queue.Key, stoppingToken);
            }
            // The service is there and cannot tell of this line: the others go on.
            catch (HttpRequestException e) when (e.StatusCode is not null)
            {
                NotificationsLog.LineFailed(log, e, queue.Key, Interval);
                continue;
            }

            var left = head.Left(queue);
            foreach (var ticket in left)
                tickets.TryRemove(new KeyValuePair<string, FollowedTicket>(ticket.TicketId, ticket));
            foreach (var ticket in queue.Where(t => !left.Contains(t)))
            {
                if (!head.Waiting.TryGetValue(ticket.Number, out var place) || ticket.Moved(place, options, now) is not var (template, key))
                    continue;
                await desk.TellPlaceAsync(ticket, place, template, key, stoppingToken);
            }
        }
    }
}
