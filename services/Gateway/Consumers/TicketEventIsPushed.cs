using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes a ticket's change to those who follow it, and a call to the whole queue.</summary>
internal sealed class TicketEventIsPushed<TEvent>(IHubContext<QueueHub> hub, TicketTracking tracking, LiveTopics live)
    : IEventConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        var ticket = happened.Ticket;
        if (happened is TicketCalled or TicketRecalled)
        {
            GatewayMetrics.Pushes.Add(1);
            var call = new
            {
                queueId = ticket.QueueId,
                ticketId = ticket.Id,
                ticketNumber = ticket.TicketNumber,
                counter = ticket.Counter,
                recall = happened is TicketRecalled,
                // Which call it is, so that a screen that also reads the line announces none twice.
                calledAt = ticket.CalledAt,
                recalls = ticket.Recalls,
            };
            // Not to both groups: who is in both would hear it twice.
            await hub.Clients.Group(PushGroups.Queue(ticket.QueueId)).SendAsync(PushMessages.TicketCalled, call, cancellationToken);
            await hub
                .Clients.Clients(tracking.FollowersOutside(ticket.Id, ticket.QueueId))
                .SendAsync(PushMessages.TicketCalled, call, cancellationToken);
        }

        if (ticket.CounterId is { } counterId)
            live.Publish(PushGroups.Counter(counterId), happened);
        live.Publish(PushGroups.Held(ticket.Id), happened);
        await tracking.ChangedAsync(ticket, cancellationToken);
    }
}
